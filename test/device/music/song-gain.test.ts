/** Every song is played between a floor and one level for all; no boost drives a peak further than the limiter takes it back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  FLOOR_LUFS,
  LOUDEST_LUFS,
  MAX_GAIN_DB,
  MIN_GAIN_DB,
  MOST_LIMITED_DB,
  outOfReach,
  QUIETEST_LUFS,
  songGainDb,
  TARGET_LUFS,
  TRUE_PEAK_CEILING_DB,
} from '../../../device/music/song-gain.ts';

/** Gains are rounded to a hundredth of a decibel. */
const ROUNDING_DB = 0.01;

test.each([
  ['a loud pop song is turned down to the target', -8, 0.5, -12],
  ['a song at the target stays', -20, -1, 0],
  ['a quiet song with room is lifted to the target', -26, -10, 6],
  ['a quiet song with high peaks is lifted too, and its peaks are bent back', -26, 0, 6],
  ['a quieter one only as far as that is done without harm', -30, -2, 7],
  ['a very quiet song is not lifted without bound', -50, -40, MAX_GAIN_DB],
  ['a broken, absurdly loud file is still audible', 80, 90, MIN_GAIN_DB],
  ['silence is left alone', -70, -120, 0],
])('%s', (_, loudnessLufs, truePeakDb, gainDb) => {
  expect(songGainDb({ loudnessLufs, truePeakDb })).toBe(gainDb);
});

const truePeakDb = fc.double({ min: -60, max: 10, noNaN: true });

test(`every song of ${QUIETEST_LUFS} to ${LOUDEST_LUFS} LUFS is played at ${FLOOR_LUFS} to ${TARGET_LUFS} LUFS, whatever its peaks`, () => {
  expect([QUIETEST_LUFS, LOUDEST_LUFS, FLOOR_LUFS, TARGET_LUFS]).toEqual([-32, 4, -26, -20]);
  fc.assert(
    fc.property(
      fc.double({ min: QUIETEST_LUFS, max: LOUDEST_LUFS, noNaN: true }),
      truePeakDb,
      (loudnessLufs, peakDb) => {
        const song = { loudnessLufs, truePeakDb: peakDb };
        const playedLufs = loudnessLufs + songGainDb(song);
        expect(playedLufs).toBeGreaterThanOrEqual(FLOOR_LUFS - ROUNDING_DB);
        expect(playedLufs).toBeLessThanOrEqual(TARGET_LUFS + ROUNDING_DB);
        expect(outOfReach(song)).toBeUndefined();
      },
    ),
  );
});

test('a gain stays within its bounds and never lifts a song over the target, or its peaks too far', () => {
  fc.assert(
    fc.property(fc.double({ min: -70, max: 10, noNaN: true }), truePeakDb, (loudnessLufs, peakDb) => {
      const gainDb = songGainDb({ loudnessLufs, truePeakDb: peakDb });
      expect(gainDb).toBeGreaterThanOrEqual(MIN_GAIN_DB);
      expect(gainDb).toBeLessThanOrEqual(MAX_GAIN_DB);
      if (gainDb <= 0) return;
      expect(loudnessLufs + gainDb).toBeLessThanOrEqual(TARGET_LUFS + ROUNDING_DB);
      const roomDb = Math.max(0, TRUE_PEAK_CEILING_DB - peakDb);
      expect(gainDb).toBeLessThanOrEqual(roomDb + MOST_LIMITED_DB + ROUNDING_DB);
    }),
  );
});

test.each([
  ['nearly silent', -40, -35, 'tooSoft'],
  ['silent', -70, -120, 'tooSoft'],
  ['damaged and deafening', 20, 30, 'tooLoud'],
  ['ordinary', -14, 0, undefined],
])('a %s song (%d LUFS, %d dBTP) is out of reach: %s', (_, loudnessLufs, peakDb, reach) => {
  expect(outOfReach({ loudnessLufs, truePeakDb: peakDb })).toBe(reach);
});
