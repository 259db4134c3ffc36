import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predict, rebuild } from '../../../models/child/child-model.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { EMOTIONS, type Emotion, type PerEmotion } from '../../../models/emotions.ts';
import { featureNames } from '../../../models/features/hear-song.ts';
import {
  type Deam,
  type DeamRating,
  type DeamSong,
  readDeam,
  softShares,
} from '../../../models/population/deam.ts';
import { loadPopulation, parseLinearPopulation } from '../../../models/population/load-population.ts';
import { loadPrior } from '../../../models/population/load-prior.ts';
import { fitPrior, ratingsByRater } from '../../../models/population/prior-training.ts';
import { fitRidge } from '../../../models/population/ridge.ts';
import { readShipped } from '../../../models/population/shipped-files.ts';
import {
  crossFitted,
  FOLD_COUNT,
  fitStandIn,
  foldOf,
  judgeStandIn,
  standInModel,
} from '../../../models/population/stand-in-training.ts';
import { seededRandom, seededSongs } from '../child/child-fixtures.ts';

describe('ridge', () => {
  test('without shrinkage it finds the plane the samples lie on, whatever their weights', () => {
    const random = seededRandom(1);
    const samples = Array.from({ length: 30 }, () => {
      const features = [random() * 10, random() - 5];
      return { features, targets: [3 + 2 * features[0]! - features[1]!], weight: 0.5 + random() };
    });
    const { means, deviations, intercepts, weights } = fitRidge(samples, 0);
    expect(weights[0]![0]! / deviations[0]!).toBeCloseTo(2, 9);
    expect(weights[0]![1]! / deviations[1]!).toBeCloseTo(-1, 9);
    expect(intercepts[0]).toBeCloseTo(3 + 2 * means[0]! - means[1]!, 9);
  });

  // One feature with z = -1, 1 and targets -1, 1: normal equation (2 + alpha) w = 2.
  test('it shrinks slopes by alpha and leaves the intercept', () => {
    const samples = [
      { features: [4], targets: [9], weight: 1 },
      { features: [6], targets: [11], weight: 1 },
    ];
    const { intercepts, weights } = fitRidge(samples, 2);
    expect(weights[0]![0]).toBeCloseTo(0.5, 12);
    expect(intercepts[0]).toBeCloseTo(10, 12);
  });

  test('a column that never varies gets no weight', () => {
    const samples = [1, 2, 3].map((x) => ({ features: [x, 7], targets: [x], weight: 1 }));
    expect(fitRidge(samples, 1).weights[0]![1]).toBe(0);
  });
});

const song = (numbers: Partial<DeamSong>): DeamSong => ({
  songId: 1,
  features: [],
  valence: 0,
  arousal: 0,
  label: 'sad',
  valenceDeviation: 0.4,
  arousalDeviation: 0.4,
  ...numbers,
});
const ratingsOf = (...emotions: Emotion[]): DeamRating[] =>
  emotions.map((emotion, i) => ({ rater: `rater-${i}`, songId: 1, emotion }));

describe('soft shares', () => {
  test('are counted where people’s own ratings are known', () => {
    const { shares, raters } = softShares(song({}), ratingsOf('happy', 'sad', 'sad', 'calm'));
    expect({ shares, raters }).toEqual({ shares: [0.25, 0, 0.5, 0.25], raters: 4 });
  });

  test('else come from two normals; a mean on the midpoint is mostly low, because `> 5` is', () => {
    const { shares } = softShares(song({}), []);
    // Phi((0 - 0.125) / 0.4) = Phi(-0.3125) = 0.37733 (scipy.stats.norm.cdf)
    expect(shares[0]).toBeCloseTo(0.37733 ** 2, 4);
    expect(shares[2]).toBeCloseTo((1 - 0.37733) ** 2, 4);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe('reading DEAM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deam-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const averaged = join(folder, 'annotations', 'annotations averaged per song', 'song_level');
  const perRater = join(folder, 'annotations', 'annotations per each rater', 'song_level');
  const librosa = join(folder, 'features_librosa');
  for (const path of [averaged, perRater, librosa]) mkdirSync(path, { recursive: true });
  const header = 'song_id, valence_mean, valence_std, arousal_mean, arousal_std';
  const longHeader = 'song_id, valence_mean, valence_std, valence_ max_mean, arousal_mean, arousal_std';
  const write = (rows: { features?: string; ratings?: string }) => {
    writeFileSync(
      join(averaged, 'static_annotations_averaged_songs_1_2000.csv'),
      `${header}\r\n2,3.0,0.8,5,0.4\r\n3,5.4,1,7,1\r\n4,6,1,4,1\r\n`,
    );
    writeFileSync(
      join(averaged, 'static_annotations_averaged_songs_2000_2058.csv'),
      `${longHeader}\n2001,3,1,5,8,1\n`,
    );
    writeFileSync(
      join(perRater, 'static_annotations_songs_1_2000.csv'),
      `workerID, SongId, Valence, Arousal\n${rows.ratings ?? 'a,2,5,6\nb,2,6,6\na,2,9,9\n4eb43aa7x,2,9,9\n'}`,
    );
    writeFileSync(
      join(librosa, 'deam_agg_features_librosa.csv'),
      `song_id,tempo,mfcc_mean,zcr_mean\n${rows.features ?? '2,100,1.5,0.1\n3,90,2.5,0.2\n2001,80,3.5,0.3\n'}`,
    );
  };

  test('joins songs that have features and annotations, by column name, with both averaged layouts', () => {
    write({});
    const { songs, sha256 } = readDeam(folder, ['zcr_mean', 'mfcc_mean']);
    expect(songs.map(({ songId, features, label }) => ({ songId, features, label }))).toEqual([
      { songId: 2, features: [0.1, 1.5], label: 'sad' },
      { songId: 3, features: [0.2, 2.5], label: 'happy' },
      { songId: 2001, features: [0.3, 3.5], label: 'angry' },
    ]);
    expect(songs[0]).toMatchObject({
      valence: -0.5,
      arousal: 0,
      valenceDeviation: 0.2,
      arousalDeviation: 0.1,
    });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('keeps the first of repeated ratings, takes the midpoint as low, leaves the degenerate rater out', () => {
    write({});
    expect(readDeam(folder, []).ratings).toEqual([
      { rater: 'a', songId: 2, emotion: 'angry' },
      { rater: 'b', songId: 2, emotion: 'happy' },
    ]);
  });

  test.each([
    ['an empty cell', { features: '2,100,,0.1\n' }, 'column mfcc_mean holds "", not a number'],
    ['a word', { features: '2,100,loud,0.1\n' }, 'column mfcc_mean holds "loud", not a number'],
    ['a rating that is missing', { ratings: 'a,2,5\n' }, 'column Arousal holds "", not a number'],
  ])('%s is told with file and column', (_, rows, message) => {
    write(rows);
    expect(() => readDeam(folder, ['mfcc_mean'])).toThrow(message);
  });

  test('a column the table lacks is told by name', () => {
    write({});
    expect(() => readDeam(folder, ['tonnetz'])).toThrow('column tonnetz holds nothing');
  });
});

describe('the prior from other listeners', () => {
  test('learns a leaning that listeners share and how far they differ', () => {
    const random = seededRandom(3);
    const songs = seededSongs(40, random);
    const opinions = new Map<number, PerEmotion>(songs.map((s, i) => [i, s.populationProbabilities]));
    // Each listener multiplies the population's odds of calm by e, give or take e^0.5.
    const ratings = Array.from({ length: 16 }, (_, rater) => {
      const leaning = 1 + (random() - 0.5) * 2;
      return songs.map((s, songId) => {
        const shares = s.populationProbabilities.map((p, k) => p * Math.exp(k === 3 ? leaning : 0));
        const drawn = random() * shares.reduce((sum, x) => sum + x, 0);
        const cumulative = shares.map((_, k) => shares.slice(0, k + 1).reduce((sum, x) => sum + x, 0));
        const k = cumulative.findIndex((sum) => drawn < sum);
        return { rater: `rater-${rater}`, songId, emotion: EMOTIONS[k]! };
      });
    }).flat();
    const { prior, listeners } = fitPrior(
      [...ratings, { rater: 'once', songId: 1, emotion: 'sad' }],
      opinions,
    );
    expect(listeners).toBe(16);
    const bias = (k: number) => prior.mean[k * 5]!;
    expect(bias(3) - (bias(0) + bias(1) + bias(2)) / 3).toBeGreaterThan(0.6);
    expect(bias(3) - (bias(0) + bias(1) + bias(2)) / 3).toBeLessThan(1.2);
    for (let i = 0; i < 20; i++) {
      // Forty songs say little of one person's slopes; that doubt must stay in the prior.
      expect(prior.covariance[i * 21]).toBeGreaterThan(handMadePrior().covariance[i * 21]! * 0.65);
      expect(prior.covariance[i * 21]).toBeLessThan(handMadePrior().covariance[i * 21]! * 1.5);
    }
  });
});

const DEAM_FOLDER = fileURLToPath(new URL('../../../../shared/data/deam', import.meta.url));

describe.skipIf(!existsSync(DEAM_FOLDER))('on DEAM itself (needs shared/data/deam)', () => {
  // Not in the body: that runs even where the tests are skipped.
  let deam: Deam;
  beforeAll(() => {
    deam = readDeam(DEAM_FOLDER, featureNames);
  });

  test('folds are song-disjoint by construction and of like size', () => {
    const sizes = new Array<number>(FOLD_COUNT).fill(0);
    for (const { songId } of deam.songs) sizes[foldOf(songId)]!++;
    expect(Math.min(...sizes)).toBeGreaterThan(deam.songs.length / FOLD_COUNT / 1.25);
  });

  test('all 1,737 songs of the table are read, and labels take the midpoint as low', () => {
    expect(deam.songs).toHaveLength(1737);
    const labels = EMOTIONS.map((emotion) => deam.songs.filter(({ label }) => label === emotion).length);
    // Counted apart: python3 over the same two tables, `> 5`.
    expect(labels).toEqual([579, 216, 721, 221]);
  });

  test('unheard songs are placed clearly better than by the commonest class', () => {
    const { accuracy, majority } = judgeStandIn(deam);
    expect(majority).toBeCloseTo(0.415, 3);
    expect(accuracy).toBeGreaterThan(0.57);
  });

  test('the shipped model and prior are what this code makes of this data', () => {
    const shipped = readShipped('stand-in-population.json', parseLinearPopulation);
    const refitted = standInModel(fitStandIn(deam.songs, deam.ratings));
    for (const { features } of deam.songs.slice(0, 50)) {
      const [ours, theirs] = [refitted.predict(features), loadPopulation().predict(features)];
      for (let k = 0; k < 4; k++) expect(theirs[k]).toBeCloseTo(ours[k]!, 6);
    }
    expect(shipped.featureNames).toEqual(featureNames);
    const { prior } = fitPrior(deam.ratings, crossFitted(deam.songs, deam.ratings));
    const shippedPrior = loadPrior();
    for (let i = 0; i < 20; i++) expect(shippedPrior.mean[i]).toBeCloseTo(prior.mean[i]!, 6);
    for (let i = 0; i < 400; i++) expect(shippedPrior.covariance[i]).toBeCloseTo(prior.covariance[i]!, 6);
  });

  test('fifty presses each, people unknown to population and prior gain log-loss on their other songs', () => {
    const aside = [...ratingsByRater(deam.ratings)].filter(([, own]) => own.length >= 250).slice(0, 6);
    const isAside = new Set(aside.map(([rater]) => rater));
    const others = deam.ratings.filter(({ rater }) => !isAside.has(rater));
    const opinions = crossFitted(deam.songs, others);
    const { prior } = fitPrior(others, opinions);
    const random = seededRandom(11);
    const gains = aside.map(([, own]) => {
      const presses = own
        .filter(({ songId }) => opinions.has(songId))
        .map(({ songId, emotion }) => ({
          songId: String(songId),
          populationProbabilities: opinions.get(songId)!,
          emotion,
          order: random(),
        }))
        .sort((one, other) => one.order - other.order);
      const model = rebuild(prior, presses.slice(0, 50));
      const nats = presses.slice(50).map((press) => {
        const k = EMOTIONS.indexOf(press.emotion);
        return Math.log(predict(model, press)[k]!) - Math.log(press.populationProbabilities[k]!);
      });
      return nats.reduce((sum, x) => sum + x, 0) / nats.length;
    });
    expect(gains).toHaveLength(6);
    expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toBeGreaterThan(0.05);
  });
});
