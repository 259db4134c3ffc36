import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handMadePrior } from '../../../../models/child/prior.ts';
import { EMOTIONS, emotionIndex } from '../../../../models/emotions.ts';
import { goThrough, pressesOf } from '../../../../provisioning/cli/model/child-history.ts';
import { describeHearing, type Hearing } from '../../../../provisioning/cli/model/hearing.ts';
import { seededRandom } from '../../../models/child/child-fixtures.ts';
import { boxRecord, opinionOfMost, type Press, pressesOfChild, QUIET, testOpinions } from './child-record.ts';

const SONGS = 24;

async function hearingOf(presses: readonly Press[], songCount = SONGS): Promise<readonly Hearing[]> {
  const record = boxRecord(songCount, presses);
  const opinions = testOpinions();
  await opinions.ask(record.songs);
  const history = await goThrough(pressesOf(record, opinions), handMadePrior(), QUIET);
  const songs = record.songs.map(({ songId }, n) => ({ songId, populationProbabilities: opinionOfMost(n) }));
  return describeHearing(history!.model, songs);
}

describe('how a child hears', () => {
  test('before the first press nothing is claimed', async () => {
    for (const { verdict, shifts, pressedSongs } of await hearingOf([])) {
      expect(verdict).toEqual({ kind: 'unsure' });
      expect(shifts).toEqual([0, 0, 0, 0]);
      expect(pressedSongs).toBe(0);
    }
  });

  test('a child to whom sad songs are calm is told to be one, and to hear happy and angry as most do', async () => {
    const hearing = await hearingOf(pressesOfChild(96, SONGS, { sad: 'calm' }));
    const [happy, angry, sad] = hearing;
    expect(sad).toMatchObject({ of: 'sad', songs: 6, pressedSongs: 6, timesCalled: [0, 0, 0, 24] });
    expect(sad!.verdict).toEqual({ kind: 'shifted', toward: 'calm', isLikeliest: true, isClear: true });
    expect([happy!.verdict, angry!.verdict]).toEqual([{ kind: 'asMost' }, { kind: 'asMost' }]);
  });

  test('one press is no news', async () => {
    for (const { verdict } of await hearingOf([[2, 'sad']])) expect(verdict.kind).toBe('unsure');
  });

  test('presses of one song over and over tell less of the others than as many on different ones', async () => {
    const [, , one] = await hearingOf(Array.from({ length: 20 }, (): Press => [2, 'calm']));
    const [, , many] = await hearingOf(
      Array.from({ length: 20 }, (_, i): Press => [2 + 4 * (i % 6), 'calm']),
    );
    const calm = emotionIndex('calm');
    expect(one!.shifts![calm]).toBeLessThan(many!.shifts![calm]);
    expect(one!.deviations![calm]).toBeGreaterThan(many!.deviations![calm]);
  });

  test('a long history without a difference ends in knowing that there is none', async () => {
    const random = seededRandom(3);
    const presses = Array.from({ length: 600 }, (_, at): Press => {
      const song = (at * 7) % 40;
      const strays = random() > opinionOfMost(song)[song % 4]!;
      return [song, EMOTIONS[(song + (strays ? 1 + Math.floor(3 * random()) : 0)) % 4]!];
    });
    const kinds = (await hearingOf(presses, 40)).map(({ verdict }) => verdict.kind);
    expect(kinds).toEqual(['asMost', 'asMost', 'asMost', 'asMost']);
  });

  test('an emotion the box has no songs of is told as that', async () => {
    expect((await hearingOf([], 2)).map(({ verdict }) => verdict.kind)).toEqual([
      'unsure',
      'unsure',
      'noSongs',
      'noSongs',
    ]);
  });

  test('whatever is pressed: nothing is told that no press on such songs bears out, or that is smaller than its deviation', async () => {
    const anyPress = fc.tuple(fc.nat(SONGS - 1), fc.constantFrom(...EMOTIONS));
    await fc.assert(
      fc.asyncProperty(fc.array(anyPress, { maxLength: 25 }), async (presses) => {
        for (const { verdict, shifts, deviations, timesCalled, expected } of await hearingOf(presses)) {
          expect(expected!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
          expect(shifts!.reduce((sum, shift) => sum + shift, 0)).toBeCloseTo(0, 12);
          if (verdict.kind !== 'shifted') continue;
          const k = emotionIndex(verdict.toward);
          expect(timesCalled[k]).toBeGreaterThan(0);
          expect(shifts![k]).toBeGreaterThanOrEqual(deviations![k]!);
        }
      }),
      { numRuns: 30 },
    );
  });
});
