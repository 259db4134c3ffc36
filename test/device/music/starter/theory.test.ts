import { describe, expect, test } from 'vitest';
import { parseBars } from '../../../../device/music/starter/notation.ts';
import {
  type Key,
  nearestPitch,
  parseChord,
  parseDegree,
  parsePitch,
} from '../../../../device/music/starter/theory.ts';
import { voiceProgression } from '../../../../device/music/starter/voice-leading.ts';

const C_MAJOR: Key = { tonic: 60, mode: 'major' };
const A_MINOR: Key = { tonic: 57, mode: 'minor' };
const E_PHRYGIAN: Key = { tonic: 52, mode: 'phrygian' };

describe('pitches and degrees', () => {
  test.each([
    ['C4', 60],
    ['A4', 69],
    ['Bb3', 58],
    ['F#2', 42],
  ])('%s is MIDI %i', (name, pitch) => {
    expect(parsePitch(name)).toBe(pitch);
  });

  test.each([
    ['1', C_MAJOR, 60],
    ["1'", C_MAJOR, 72],
    ['5,', C_MAJOR, 55],
    ['b7', C_MAJOR, 70],
    ['3', A_MINOR, 60],
    ['#7,', A_MINOR, 56],
    ['2', E_PHRYGIAN, 53],
  ] as const)('degree %s of %o is MIDI %i', (token, key, pitch) => {
    expect(parseDegree(token, key)).toBe(pitch);
  });

  test.each(['8', '0', 'x', "1'5", ''])('degree %j is refused', (token) => {
    expect(() => parseDegree(token, C_MAJOR)).toThrow('parse degree');
  });

  test('the nearest pitch is never more than a tritone away', () => {
    for (let wanted = 0; wanted < 12; wanted++) {
      for (let near = 30; near < 60; near++) {
        const pitch = nearestPitch(wanted, near);
        expect(pitch % 12).toBe(wanted);
        expect(Math.abs(pitch - near)).toBeLessThanOrEqual(6);
      }
    }
  });
});

describe('chords', () => {
  test.each([
    ['I', C_MAJOR, [0, 4, 7], 0],
    ['vi7', C_MAJOR, [9, 0, 4, 7], 9],
    ['V7/ii', C_MAJOR, [9, 1, 4, 7], 9],
    ['V7/V', C_MAJOR, [2, 6, 9, 0], 2],
    ['iv', C_MAJOR, [5, 8, 0], 5],
    ['bVII', C_MAJOR, [10, 2, 5], 10],
    ['I/3', C_MAJOR, [0, 4, 7], 4],
    ['V', A_MINOR, [4, 8, 11], 4],
    ['iiø', A_MINOR, [11, 2, 5, 9], 11],
    ['VI', A_MINOR, [5, 9, 0], 5],
    ['II', E_PHRYGIAN, [5, 9, 0], 5],
    ['V7sus4', C_MAJOR, [7, 0, 2, 5], 7],
  ] as const)('%s in %o has the tones %j over %i', (symbol, key, tones, bass) => {
    expect(parseChord(symbol, key)).toEqual({ symbol, tones, bass });
  });

  test.each(['VIII', 'Imaj13', 'H', ''])('chord %j is refused', (symbol) => {
    expect(() => parseChord(symbol, C_MAJOR)).toThrow('parse chord');
  });
});

describe('the notation', () => {
  test('a bar is an even grid; - holds, also over the bar line; . rests', () => {
    expect(parseBars('5 - 3 . | - 1 - - | - -', 4)).toEqual([
      { token: '5', beat: 0, beats: 2 },
      { token: '3', beat: 2, beats: 1 },
      { token: '1', beat: 5, beats: 7 },
    ]);
  });
});

describe('voice leading', () => {
  test('the voices of a turnaround move by steps, and every third is there', () => {
    const symbols = ['I', 'vi', 'ii7', 'V7', 'I'];
    const chords = symbols.map((symbol) => parseChord(symbol, C_MAJOR));
    const voicings = voiceProgression(chords, 4, [50, 69]);
    voicings.forEach((voicing, index) => {
      expect(voicing.map((pitch) => pitch % 12)).toContain(chords[index]!.tones[1]);
      const before = voicings[index - 1];
      if (!before) return;
      const moved = voicing.map((pitch, voice) => Math.abs(pitch - before[voice]!));
      expect(Math.max(...moved)).toBeLessThanOrEqual(5);
    });
  });

  test('a range too narrow for the voices is refused by name', () => {
    expect(() => voiceProgression([parseChord('I', C_MAJOR)], 4, [60, 64])).toThrow('voice chord I');
  });
});
