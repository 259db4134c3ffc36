/**
 * What one press costs the child's model, beside a personal forest trained anew from all presses so far, as AMECS’s prototype
 * did: both on this thread, in the same run, from the shipped prior and seeded songs. The quietest round counts, so
 * that what else the machine does is left out of it as far as it can be.
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomForestClassifier } from 'ml-random-forest';
import { createChildLearner } from '../../device/learning/child-learner.ts';
import { createForestThread } from '../../device/learning/forest-thread.ts';
import { countStalls, STALL_MS } from '../../device/loop-stalls.ts';
import {
  DEFAULT_CHILD_MODEL_SETTINGS,
  type EmotionPress,
  learn,
  predict,
  type SongOpinion,
} from '../../models/child/child-model.ts';
import { rebuild } from '../../models/child/replay.ts';
import { EMOTIONS, emotionIndex, type PerEmotion } from '../../models/emotions.ts';
import { trainForest } from '../../models/forest/train-forest.ts';
import { loadPrior } from '../../models/population/load-prior.ts';
import { seededRandom, seededSongs } from '../models/child/child-fixtures.ts';
import { songNumber } from '../support/songs.ts';
import { type Benchmark, type BenchResult, percentile } from './benchmark.ts';

/** A child who has used the box for months. */
const HISTORY = { presses: 2000, songs: 300 };
/** Updates until V8 has compiled all of it, then those that count, in rounds. */
const WARM_UPS = 300;
const ROUNDS = 5;
const UPDATES_A_ROUND = 500;

/** A large library. */
const PREDICTED_SONGS = 500;
const PREDICTIONS_A_ROUND = 50;

/** Presses, each on a song of its own, and how often the forest is trained: the largest takes seconds each time. */
const SIZES = [
  { presses: 50, trainings: 5 },
  { presses: 200, trainings: 3 },
  { presses: 500, trainings: 1 },
] as const;
/** The 20 aggregates of a song. */
const FEATURES = 20;

/** The library’s own defaults, but for the out-of-bag estimate: it costs more time and throws on small sets. */
const DEFAULT_FOREST = { nEstimators: 50, noOOB: true };
const FOREST_WORDS = 'its defaults (50 trees)';
/** As quick as it gets without losing accuracy. */
const TUNED_FOREST = { nEstimators: 25, maxFeatures: 0.3, treeOptions: { maxDepth: 6 }, noOOB: true };
const TUNED_WORDS = 'tuned (25 trees, depth 6, 0.3 of the columns)';

/** Far quicker than a child presses, so that the worker is always behind. */
const BOX = { presses: 600, songs: 220, pauseMs: 8 };

type Row = BenchResult['rows'][number];

export const learningBench: Benchmark = async (progress) => {
  const load = loadWords();
  const rows: Row[] = [];
  const figures: Record<string, number> = {};

  progress(`learning ${HISTORY.presses} presses`);
  const { model, songs, presses } = learnt(HISTORY.presses, HISTORY.songs, 1);
  const updates = roundsOf(UPDATES_A_ROUND, (i) => learn(model, presses[i % presses.length]!));
  const update = quietest(updates);
  figures.updateMsP50 = round(percentile(update, 0.5));
  figures.updateMsP99 = round(percentile(update, 0.99));
  rows.push(
    {
      what: `one press more, after ${HISTORY.presses} on ${HISTORY.songs} songs, all experts`,
      value: `p50 ${ms(update, 0.5)}  p99 ${ms(update, 0.99)}  (quietest of ${ROUNDS} rounds of ${UPDATES_A_ROUND})`,
    },
    {
      what: '  all rounds',
      value: `p50 ${ms(updates.flat(), 0.5)}  p99 ${ms(updates.flat(), 0.99)}  max ${ms(updates.flat(), 1)}`,
    },
  );

  const library = [...songs, ...songsWithFeatures(PREDICTED_SONGS - songs.length, seededRandom(2))];
  const predictions = roundsOf(PREDICTIONS_A_ROUND, () => {
    for (const song of library) predict(model, song);
  });
  figures.predict500SongsMs = round(percentile(quietest(predictions), 0.5));
  rows.push({
    what: `what the child hears in ${PREDICTED_SONGS} songs`,
    value: `p50 ${ms(quietest(predictions), 0.5)}  (all rounds: p99 ${ms(predictions.flat(), 0.99)})`,
  });

  for (const { presses: n, trainings } of SIZES) {
    progress(`a forest from ${n} presses`);
    const ours = learnt(n, n, n);
    const update = percentile(
      quietest(roundsOf(UPDATES_A_ROUND, (i) => learn(ours.model, ours.presses[i % n]!))),
      0.5,
    );
    const forest = Math.min(...timesOf(trainings, () => trainAnew(DEFAULT_FOREST, ours.presses)));
    const tuned = Math.min(...timesOf(trainings, () => trainAnew(TUNED_FOREST, ours.presses)));
    figures[`forestRetrainRatio${n}`] = Math.round(forest / update);
    figures[`tunedForestRetrainRatio${n}`] = Math.round(tuned / update);
    rows.push(
      { what: `${n} presses on ${n} songs: one press more`, value: `${update.toFixed(2)} ms` },
      { what: `  ml-random-forest trained anew, ${FOREST_WORDS}`, value: against(forest, update) },
      { what: `  ml-random-forest trained anew, ${TUNED_WORDS}`, value: against(tuned, update) },
    );
  }
  progress(`a box learns ${BOX.presses} presses while its forests train`);
  const { stalls, forests } = await stallsOfABox();
  figures.loopStallMs = round(stalls.longestMs);
  rows.push({
    what: `a box learns ${BOX.presses} presses on ${BOX.songs} songs, ${forests} forests in the worker`,
    value: `longest stall of the loop ${stalls.longestMs.toFixed(1)} ms, ${stalls.count} over ${STALL_MS} ms`,
  });
  rows.push({ what: 'load average before and after', value: `${load}; ${loadWords()}` });
  return { name: 'learning', figures, rows };
};

/** Presses as the loop gives them to the box's own learner, which predicts every song after each. */
async function stallsOfABox() {
  const random = seededRandom(BOX.songs);
  const songs = songsWithFeatures(BOX.songs, random).map((song, n) => ({
    ...song,
    ...songNumber(n),
    features: song.features,
  }));
  const opinionById = new Map(songs.map((song) => [song.songId, song.populationProbabilities]));
  let forests = 0;
  const thread = createForestThread(fail);
  const learner = await createChildLearner({
    opinions: {
      populationId: 'bench',
      ask: async () => {},
      ofMost: () => undefined,
      beforePresses: ({ songId }) => opinionById.get(songId)!,
      featuresOf: ({ features }) => features,
    },
    prior: loadPrior(),
    store: {
      loadModel: async () => undefined,
      saveModel: async () => {},
      selectionsAfter: async () => [],
    },
    songs,
    onFault: fail,
    forests: {
      close: thread.close,
      train(rows, seed) {
        forests++;
        return thread.train(rows, seed);
      },
    },
  });
  const stalls = countStalls();
  for (let seq = 1; seq <= BOX.presses; seq++) {
    const song = songs[seq <= songs.length ? seq - 1 : Math.floor(random() * songs.length)]!;
    const emotion = EMOTIONS[drawn(song.populationProbabilities, random)]!;
    learner.learn({ song, emotion, learntFrom: { epoch: 1, seq } });
    learner.predict(songs);
    await sleep(BOX.pauseMs);
  }
  await learner.caughtUp();
  const counted = stalls.read();
  stalls.stop();
  await learner.close();
  return { stalls: counted, forests };
}

function fail(reason: string): never {
  throw new Error(`bench: ${reason}`);
}

/** A made-up song with the 20 numbers a forest learns from. */
interface BenchSong extends SongOpinion {
  readonly features: readonly number[];
}

/** A child who pressed once for each song, then for any, and hears them about as most people do. */
function learnt(pressCount: number, songCount: number, seed: number) {
  const random = seededRandom(seed);
  const songs = songsWithFeatures(songCount, random);
  const presses = Array.from({ length: pressCount }, (_, i): EmotionPress & BenchSong => {
    const song = songs[i < songCount ? i : Math.floor(random() * songCount)]!;
    return { ...song, emotion: EMOTIONS[drawn(song.populationProbabilities, random)]! };
  });
  const model = rebuild(loadPrior(), presses, DEFAULT_CHILD_MODEL_SETTINGS, trainForest);
  return { songs, presses, model };
}

/** Features that say about as little of the emotion as real ones do: mixtures of the four opinions, and noise. */
function songsWithFeatures(count: number, random: () => number): BenchSong[] {
  const mixing = Array.from({ length: FEATURES * EMOTIONS.length }, () => random() - 0.5);
  return seededSongs(count, random).map((song) => ({
    ...song,
    features: Array.from({ length: FEATURES }, (_, j) =>
      song.populationProbabilities.reduce(
        (sum, p, k) => sum + mixing[j * EMOTIONS.length + k]! * Math.log(p),
        2 * random(),
      ),
    ),
  }));
}

function drawn(probabilities: PerEmotion, random: () => number): number {
  let left = random();
  const at = probabilities.findIndex((p) => {
    left -= p;
    return left < 0;
  });
  return at === -1 ? EMOTIONS.length - 1 : at;
}

function trainAnew(
  options: ConstructorParameters<typeof RandomForestClassifier>[0],
  presses: readonly (EmotionPress & BenchSong)[],
): void {
  new RandomForestClassifier(options).train(
    presses.map(({ features }) => [...features]),
    presses.map(({ emotion }) => emotionIndex(emotion)),
  );
}

/** Times of each round, after the warm-up. */
function roundsOf(times: number, run: (i: number) => unknown): number[][] {
  timesOf(WARM_UPS, run);
  return Array.from({ length: ROUNDS }, () => timesOf(times, run));
}

/** The round whose slowest are the least slow. */
function quietest(rounds: readonly (readonly number[])[]): readonly number[] {
  return [...rounds].sort((a, b) => percentile(a, 0.99) - percentile(b, 0.99))[0]!;
}

function loadWords(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

function timesOf(times: number, run: (i: number) => unknown): number[] {
  return Array.from({ length: times }, (_, i) => {
    const started = performance.now();
    run(i);
    return performance.now() - started;
  });
}

function ms(timesMs: readonly number[], share: number): string {
  return `${percentile(timesMs, share).toFixed(2)} ms`;
}

function against(forestMs: number, updateMs: number): string {
  return `${(forestMs / 1000).toFixed(2)} s, ${Math.round(forestMs / updateMs)} times as long`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
