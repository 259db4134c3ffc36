/** Every song is played at one level, and no boost drives a peak over the ceiling. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  MAX_GAIN_DB,
  MIN_GAIN_DB,
  songGainDb,
  TARGET_LUFS,
  TRUE_PEAK_CEILING_DB,
} from '../../../device/music/song-gain.ts';

test.each([
  ['a loud pop song is turned down to the target', -8, 0.5, -12],
  ['a song at the target stays', -20, -1, 0],
  ['a quiet song with room is lifted to the target', -26, -10, 6],
  ['a quiet song is lifted only as far as its peaks allow', -26, -4, 3],
  ['a quiet song with full peaks is neither lifted nor turned down', -26, 0, 0],
  ['a very quiet song is not lifted without bound', -50, -40, MAX_GAIN_DB],
  ['a broken, absurdly loud file is still audible', 80, 90, MIN_GAIN_DB],
  ['silence is left alone', -70, -120, 0],
])('%s', (_, loudnessLufs, truePeakDb, gainDb) => {
  expect(songGainDb({ loudnessLufs, truePeakDb })).toBe(gainDb);
});

test('a gain never lifts a song over the target or its peaks over the ceiling', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -70, max: 10, noNaN: true }),
      fc.double({ min: -60, max: 10, noNaN: true }),
      (loudnessLufs, truePeakDb) => {
        const gainDb = songGainDb({ loudnessLufs, truePeakDb });
        expect(gainDb).toBeGreaterThanOrEqual(MIN_GAIN_DB);
        expect(gainDb).toBeLessThanOrEqual(MAX_GAIN_DB);
        // Gains are rounded to a hundredth of a decibel.
        if (gainDb > 0) {
          expect(loudnessLufs + gainDb).toBeLessThanOrEqual(TARGET_LUFS + 0.01);
          expect(truePeakDb + gainDb).toBeLessThanOrEqual(TRUE_PEAK_CEILING_DB + 0.01);
        }
      },
    ),
  );
});
