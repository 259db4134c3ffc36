import { describe, expect, test } from 'vitest';
import { composeScore } from '../../../../device/music/starter/composer.ts';
import { performScore } from '../../../../device/music/starter/performance.ts';
import { type Piece, STRONG_BEATS } from '../../../../device/music/starter/piece.ts';
import { ALL_PIECES } from '../../../../device/music/starter/pieces/all-pieces.ts';
import type { Score, ScorePart } from '../../../../device/music/starter/score.ts';
import { isChordTone } from '../../../../device/music/starter/theory.ts';
import { EMOTIONS, type Emotion } from '../../../../models/emotions.ts';

const PIECES = ALL_PIECES.map((piece) => [piece.title, piece, composeScore(piece)] as const);
const scoresOf = (emotion: Emotion) =>
  PIECES.filter(([, piece]) => piece.intended === emotion).map(([, , score]) => score);

describe.each(PIECES)('%s', (_title, piece, score) => {
  test('lasts 40 to 90 seconds with its decay', () => {
    const { endS } = performScore(score);
    expect(endS).toBeGreaterThan(42);
    expect(endS + score.room.decayS + 1.5).toBeLessThan(90);
  });

  test('has at least four voices, a melody and a bass among them', () => {
    const roles = score.parts.map(({ role }) => role);
    expect(roles).toContain('melody');
    expect(roles).toContain('bass');
    expect(
      new Set(score.parts.filter(({ role }) => role !== 'drum').map(({ instrument }) => instrument)).size,
    ).toBeGreaterThanOrEqual(4);
  });

  test('stays where its instruments sound well, and never shrill', () => {
    for (const part of score.parts) {
      if (part.role === 'drum') continue;
      for (const { pitch } of part.notes) {
        expect(pitch, part.name).toBeGreaterThanOrEqual(part.role === 'bass' ? 28 : 38);
        expect(pitch, part.name).toBeLessThanOrEqual(piece.intended === 'happy' ? 91 : 86);
      }
    }
  });

  test('has whole-bar phrases of four or eight bars between introduction and close', () => {
    const bars = score.sections.map(({ beats }) => beats / score.barBeats);
    for (const count of bars) expect(Number.isInteger(count)).toBe(true);
    for (const count of bars.slice(1, -1)) expect([4, 8]).toContain(count);
    expect(score.sections[0]!.phrase).toBe('intro');
    expect(score.sections.at(-1)!.phrase).toBe('outro');
  });

  test('sings chord tones on the strong beats', () => {
    for (const part of score.parts.filter(({ role }) => role === 'melody')) {
      for (const note of strongNotes(piece, score, part)) {
        const { chord } = chordAt(score, note.beat);
        expect(isChordTone(note.pitch, chord), `${part.name} ${note.pitch} on ${chord.symbol}`).toBe(true);
      }
    }
  });

  test('has no leap wider than a tenth in its melody', () => {
    for (const part of score.parts.filter(({ role }) => role === 'melody')) {
      part.notes.slice(1).forEach((note, index) => {
        const isSamePhrase = sectionAt(score, note.beat) === sectionAt(score, part.notes[index]!.beat);
        if (isSamePhrase) expect(Math.abs(note.pitch - part.notes[index]!.pitch)).toBeLessThanOrEqual(16);
      });
    }
  });

  test('comes home: the last chord is the tonic, after another chord', () => {
    const symbols = score.chords.map(({ chord }) => chord.symbol);
    expect(symbols.at(-1)).toMatch(/^(I|i)(maj9|add9)?$/);
    expect(symbols.slice(0, -1).some((symbol) => !/^[Ii](?![Vv])/.test(symbol))).toBe(true);
  });

  test('is performed the same every time', () => {
    expect(performScore(composeScore(piece))).toEqual(performScore(score));
  });

  test('never sounds before the first sample, nor beyond full strength', () => {
    for (const { notes } of performScore(score).parts) {
      for (const { startS, durationS, velocity } of notes) {
        expect(startS).toBeGreaterThanOrEqual(0.005);
        expect(durationS).toBeGreaterThan(0);
        expect(velocity).toBeGreaterThan(0);
        expect(velocity).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('the set', () => {
  test('has five songs an emotion, each with its own name, in turns', () => {
    for (const emotion of EMOTIONS) expect(scoresOf(emotion)).toHaveLength(5);
    expect(new Set(ALL_PIECES.map(({ title }) => title)).size).toBe(20);
    expect(ALL_PIECES.slice(0, 4).map(({ intended }) => intended)).toEqual(EMOTIONS);
  });

  test.each(EMOTIONS)('%s pieces differ in key, progression and sound', (emotion) => {
    const scores = scoresOf(emotion);
    expect(new Set(scores.map(({ key }) => key.tonic % 12)).size).toBe(5);
    expect(
      new Set(
        scores.map(({ chords }) =>
          chords
            .slice(2, 12)
            .map(({ chord }) => chord.symbol)
            .join(),
        ),
      ).size,
    ).toBe(5);
    expect(new Set(scores.map(({ parts }) => parts.map(({ instrument }) => instrument).join())).size).toBe(5);
    expect(new Set(scores.map(({ barBeats }) => barBeats)).size).toBeGreaterThan(1);
  });

  test('happy and angry are busier than sad and calm: half as many onsets a second again', () => {
    const busy = [...scoresOf('happy'), ...scoresOf('angry')].map(onsetsASecond);
    const quiet = [...scoresOf('sad'), ...scoresOf('calm')].map(onsetsASecond);
    expect(Math.min(...busy)).toBeGreaterThan(1.5 * Math.max(...quiet));
  });

  test('happy and calm are major-like, angry and sad minor-like', () => {
    for (const [, piece] of PIECES) {
      const isBright = ['major', 'lydian', 'mixolydian'].includes(piece.mode);
      expect(isBright, piece.title).toBe(piece.intended === 'happy' || piece.intended === 'calm');
    }
  });

  test('angry melodies lie below happy ones, sad below calm', () => {
    const height = (emotion: Emotion) => mean(scoresOf(emotion).map(melodyHeight));
    expect(height('angry')).toBeLessThan(height('happy') - 7);
    expect(height('sad')).toBeLessThan(height('calm') - 3);
  });

  test('sad melodies come down more often than they go up', () => {
    const shares = scoresOf('sad').map(fallingShare);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
    expect(mean(shares)).toBeGreaterThan(0.57);
  });

  test('calm pieces have no drums', () => {
    for (const { parts } of scoresOf('calm')) expect(parts.some(({ role }) => role === 'drum')).toBe(false);
  });
});

describe('a piece that contradicts itself', () => {
  const piece = ALL_PIECES[0]!;
  test.each([
    ['calls for a phrase that is not written', { form: [{ phrase: 'Z', play: 'flute' }] }, 'phrase Z'],
    ['calls for a layer that is not written', { form: [{ phrase: 'A', play: 'tuba' }] }, 'layer tuba'],
    [
      'has more bars of chords than of melody',
      { phrases: { A: { chords: 'I | I', melody: '1' } }, form: [{ phrase: 'A', play: 'flute' }] },
      'phrase A',
    ],
  ])('%s is refused by name', (_fault, change, reason) => {
    expect(() => composeScore({ ...piece, ...change })).toThrow(`compose Morning Kite: `);
    expect(() => composeScore({ ...piece, ...change })).toThrow(reason);
  });
});

function strongNotes(piece: Piece, score: Score, part: ScorePart) {
  return part.notes.filter(({ beat }) =>
    STRONG_BEATS[piece.metre].some((strong) => Math.abs((beat % score.barBeats) - strong) < 1e-6),
  );
}

function chordAt(score: Score, beat: number) {
  return score.chords.findLast((chord) => chord.beat <= beat + 1e-6)!;
}

function sectionAt(score: Score, beat: number) {
  return score.sections.findLastIndex((section) => section.beat <= beat + 1e-6);
}

function onsetsASecond(score: Score): number {
  const { parts, endS } = performScore(score);
  return parts.reduce((sum, { notes }) => sum + notes.length, 0) / endS;
}

function melodyHeight({ parts }: Score): number {
  const sung = parts.filter(({ role }) => role === 'melody').flatMap(({ notes }) => notes);
  return (
    sung.reduce((sum, { pitch, beats }) => sum + pitch * beats, 0) /
    sung.reduce((sum, { beats }) => sum + beats, 0)
  );
}

/** Share of falling steps among all that rise or fall. */
function fallingShare({ parts }: Score): number {
  const { notes } = parts.find(({ role }) => role === 'melody')!;
  const steps = notes.slice(1).map((note, index) => Math.sign(note.pitch - notes[index]!.pitch));
  const moving = steps.filter((step) => step !== 0);
  return moving.filter((step) => step < 0).length / moving.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
