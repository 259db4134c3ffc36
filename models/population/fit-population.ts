/** Fits a population model to what listeners said: from songs and ratings to something that predicts. */
import type { PerEmotion } from '../emotions.ts';
import type { LearnerName, PopulationFit } from './learners/fits.ts';
import { LEARNERS } from './learners/learners.ts';
import { rowOf } from './learners/matrix.ts';
import { createRandom } from './learners/seeded-random.ts';
import type { ListenedSong, Rating } from './listening-data.ts';
import { populationProbabilities, predictTargets, targetsToProbabilities } from './predict-targets.ts';
import { fitStandardiser, type Standardiser, standardise } from './standardiser.ts';
import { ratedSongs, trainingSamples } from './training-samples.ts';

export interface FitPopulationOptions {
  /** A whole number; the same one, songs and ratings give the same bits. */
  readonly seed: number;
  /** Told the share done, 0 to 1, now and then. */
  readonly onProgress?: (share: number) => void;
}

export interface FittedPopulation {
  readonly learner: LearnerName;
  readonly seed: number;
  readonly standardiser: Standardiser;
  /** From standardised features to `TARGETS`. */
  readonly fit: PopulationFit;
  /** Of each song learnt from, what the model says without having seen it: how a child's songs look to it. */
  readonly opinionsOutOfSample: ReadonlyMap<string, PerEmotion>;
  /** P(emotion) of a song from its features as computed. @throws RangeError on another number of them. */
  predict(features: ArrayLike<number>): PerEmotion;
  /** Each about -1 to 1. */
  valenceArousal(features: ArrayLike<number>): readonly [valence: number, arousal: number];
}

/**
 * Learns from every song somebody said something of; others are passed over.
 * The standardiser knows all songs, the ones left out too: it holds nothing of what people said.
 * @throws RangeError where there is too little to learn from, or features are not finite.
 */
export function fitPopulation(
  songs: readonly ListenedSong[],
  ratings: readonly Rating[],
  learner: LearnerName,
  { seed, onProgress }: FitPopulationOptions,
): FittedPopulation {
  const rated = ratedSongs({ songs, ratings });
  if (rated.length < 2) {
    throw new RangeError(
      `fit population: of ${songs.length} songs ${rated.length} have ratings or averages; it takes at least 2`,
    );
  }
  const standardiser = fitStandardiser(rated.map(({ song }) => song.features));
  const { fit, outOfSample } = LEARNERS[learner].learn(trainingSamples(rated, standardiser), {
    random: createRandom(seed),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const opinions = populationProbabilities(outOfSample);
  const targetsOf = (features: ArrayLike<number>): Float64Array =>
    rowOf(predictTargets(fit, standardise(standardiser, [features])), 0);
  return {
    learner,
    seed,
    standardiser,
    fit,
    opinionsOutOfSample: new Map(rated.map(({ song }, at) => [song.songId, opinions[at]!])),
    predict: (features) => targetsToProbabilities(targetsOf(features)),
    valenceArousal(features) {
      const [valence, arousal] = targetsOf(features);
      return [valence!, arousal!];
    },
  };
}
