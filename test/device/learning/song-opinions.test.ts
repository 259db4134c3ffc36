import { describe, expect, test } from 'vitest';
import type { LibrarySong } from '../../../device/core/ports.ts';
import {
  createSongOffer,
  createSongOpinions,
  loadSongOpinions,
  NO_POPULATION,
} from '../../../device/learning/song-opinions.ts';
import type { PopulationModel, PopulationOpinion } from '../../../models/population/population-model.ts';
import { EVEN, songNumber } from '../../support/songs.ts';

const SONGS = Array.from({ length: 20 }, (_, i) => songNumber(i + 1));

/** Remembers how it was asked; the n-th song is n/100 happy. */
function createPopulation(): PopulationModel & { readonly asked: number[][] } {
  const asked: number[][] = [];
  return {
    asked,
    id: 'test',
    featureVersion: 'test-1',
    async predict(songs) {
      asked.push(songs.map((features) => features[0]!));
      return songs.map((features): PopulationOpinion => {
        const happy = features[0]! / 100;
        return { probabilities: [happy, 0.2, 0.3, 0.5 - happy], valenceArousal: [happy, -happy] };
      });
    },
  };
}

const noFault = (reason: string): void => expect.unreachable(reason);

describe('opinions on songs', () => {
  test('are formed once, a few at a time, so that no press waits for them', async () => {
    const population = createPopulation();
    const opinions = createSongOpinions(population, noFault);
    const turns: number[] = [];
    const lookIn = (): void => {
      turns.push(population.asked.length);
      if (population.asked.flat().length < SONGS.length) setImmediate(lookIn);
    };
    setImmediate(lookIn);
    await opinions.ask(SONGS);
    await opinions.ask(SONGS);
    expect(population.asked.flat()).toEqual(SONGS.map((_, i) => i + 1));
    expect(Math.max(...population.asked.map(({ length }) => length))).toBeLessThanOrEqual(8);
    expect(opinions.ofMost(SONGS[4]!)).toEqual({
      probabilities: [0.05, 0.2, 0.3, 0.45],
      valenceArousal: [0.05, -0.05],
    });
    // Somebody else had a turn after each handful.
    expect(turns).toEqual([1, 2, 3]);
  });

  test('are those of the population until the song’s tag has a word in it', async () => {
    const opinions = createSongOpinions(createPopulation(), noFault);
    await opinions.ask(SONGS);
    expect(opinions.beforePresses(SONGS[0]!)).toBe(opinions.ofMost(SONGS[0]!)!.probabilities);
    const tagged: LibrarySong = { ...SONGS[0]!, mood: 'angry' };
    expect(opinions.beforePresses(tagged)[1]).toBeGreaterThan(0.5);
  });

  test('of a song heard by other ears are even, and formed anew once it is heard again', async () => {
    const population = createPopulation();
    const opinions = createSongOpinions(population, noFault);
    const older = { ...SONGS[0]!, featureVersion: 'older' };
    await opinions.ask([older]);
    expect(population.asked).toEqual([]);
    expect(opinions.ofMost(older)).toBeUndefined();
    expect(opinions.beforePresses(older)).toEqual(EVEN);
    await opinions.ask([SONGS[0]!]);
    expect(opinions.beforePresses(SONGS[0]!)[0]).toBeCloseTo(0.01, 12);
  });

  test('that cannot be formed are told, and leave the song even', async () => {
    const faults: string[] = [];
    const population = {
      ...createPopulation(),
      predict: () => Promise.reject(new RangeError('feature is NaN')),
    };
    const opinions = createSongOpinions(population, (reason) => faults.push(reason));
    await opinions.ask(SONGS.slice(0, 1));
    expect(faults).toEqual([expect.stringMatching(/could not be worked out for a song.*feature is NaN/)]);
    expect(opinions.beforePresses(SONGS[0]!)).toEqual(EVEN);
  });
});

describe('without a population model', () => {
  test('every song is even but for its word, and the reason is told once, with what to do', async () => {
    const faults: string[] = [];
    const opinions = await loadSongOpinions(
      (reason) => faults.push(reason),
      async () => ({ kind: 'unavailable', reason: 'onnxruntime does not load', hint: 'Use another system.' }),
    );
    await opinions.ask(SONGS);
    expect(opinions.populationId).toBe(NO_POPULATION);
    expect(opinions.ofMost(SONGS[0]!)).toBeUndefined();
    expect(opinions.beforePresses(SONGS[0]!)).toEqual(EVEN);
    expect(opinions.beforePresses({ ...SONGS[0]!, mood: 'calm' })[3]).toBeGreaterThan(0.5);
    expect(faults).toEqual([
      'What most people hear in songs is not known: onnxruntime does not load. Use another system.',
    ]);
  });

  test('opinions bear the name of the model where there is one', async () => {
    const population = createPopulation();
    const opinions = await loadSongOpinions(noFault, async () => ({ kind: 'loaded', population }));
    expect(opinions.populationId).toBe('test');
  });
});

describe('songs on offer', () => {
  /** Opinions that are formed when the test says so. */
  function createSlowOpinions() {
    const waiting: (() => void)[] = [];
    const opinions = createSongOpinions(createPopulation(), noFault);
    const formNext = async (): Promise<void> => {
      waiting.shift()!();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return {
      opinions: { ...opinions, ask: () => new Promise<void>((resolve) => waiting.push(resolve)) },
      formNext,
      waiting,
    };
  }

  test('are passed on with their opinions; of lists that wait only the newest counts', async () => {
    const { opinions, formNext, waiting } = createSlowOpinions();
    const given: number[] = [];
    const { offer } = createSongOffer<LibrarySong>(opinions, (songs) => given.push(songs.length));
    const offers = [1, 2, 3].map((count) => offer(SONGS.slice(0, count)));
    expect(given).toEqual([]);
    await formNext();
    expect(given).toEqual([1]);
    await formNext();
    await Promise.all(offers);
    expect(given).toEqual([1, 3]);
    expect(waiting).toEqual([]);
    const last = offer(SONGS.slice(0, 4));
    await formNext();
    await last;
    expect(given).toEqual([1, 3, 4]);
  });

  test('go nowhere once the box closes', async () => {
    const { opinions, formNext, waiting } = createSlowOpinions();
    const songOffer = createSongOffer<LibrarySong>(opinions, () => expect.unreachable());
    void songOffer.offer(SONGS);
    void songOffer.offer(SONGS.slice(1));
    songOffer.close();
    await formNext();
    expect(waiting).toEqual([]);
  });
});
