/**
 * What a box would know of music if one person and some songs did not exist: the population's opinion of every song,
 * and the prior over children that belongs to it. Nothing a person is tested on has been seen by either.
 */
import type { Prior } from '../child/prior.ts';
import type { PerEmotion } from '../emotions.ts';
import type { LearnerName, LearnerResult, LearnerSamples } from '../population/learners/fits.ts';
import {
  factorGaussianProcess,
  type GaussianProcessFactor,
} from '../population/learners/gaussian-process.ts';
import { averageOf } from '../population/learners/gp-forest.ts';
import { LEARNERS } from '../population/learners/learners.ts';
import { rowOf } from '../population/learners/matrix.ts';
import { FOREST_SETTINGS, learnForest } from '../population/learners/random-forest.ts';
import { createRandom } from '../population/learners/seeded-random.ts';
import type { ListenedSong } from '../population/listening-data.ts';
import { populationProbabilities, predictTargets } from '../population/predict-targets.ts';
import { fitPrior } from '../population/prior-training.ts';
import { fitStandardiser, standardise } from '../population/standardiser.ts';
import {
  type Listening,
  ratedSongs,
  trainingSamples,
  withoutRaters,
} from '../population/training-samples.ts';

export interface PopulationKnowledge {
  /** By song: of training songs what a model says that did not learn from them. */
  readonly opinions: ReadonlyMap<string, PerEmotion>;
  /** By song, standardised by the training songs. */
  readonly features: ReadonlyMap<string, Float64Array>;
  readonly prior: Prior;
  /** How often people call the training songs each emotion; sum to 1. */
  readonly trainingShares: PerEmotion;
}

export interface KnowledgeOptions {
  readonly learner: LearnerName;
  readonly seed: number;
  /** Trees of the forest in `gpForest`: 300 as shipped, fewer for a quick look. */
  readonly trees: number;
}

export interface KnowledgeSource {
  /** As if these people had never been asked. About a second and a half for 1,500 songs. */
  without(raters: readonly string[]): PopulationKnowledge;
}

/**
 * Songs that listeners' own ratings are known of, or all where none's are. Those known only by their averages teach
 * less than they confuse: of DEAM's, the features were computed from other files (levels, MFCC deltas and flatness lie
 * up to two deviations off), and with them the population is 0.7 points worse on the others.
 */
function individuallyRated({ songs, ratings }: Listening): Listening {
  const rated = new Set(ratings.map(({ songId }) => songId));
  return rated.size === 0
    ? { songs, ratings }
    : { songs: songs.filter(({ songId }) => rated.has(songId)), ratings };
}

/**
 * Knowledge from these songs and ratings. `newSongs`: to be judged as well, though nothing is learnt from them.
 */
export function createKnowledgeSource(
  given: Listening,
  newSongs: readonly ListenedSong[],
  { learner, seed, trees }: KnowledgeOptions,
): KnowledgeSource {
  const training = individuallyRated(given);
  const everyone = ratedSongs(training);
  const standardiser = fitStandardiser(everyone.map(({ song }) => song.features));
  let factor: GaussianProcessFactor | undefined;

  /** One factor serves everyone left out: how many people rated a song is no secret of theirs. */
  function learnGaussianProcess(samples: LearnerSamples): LearnerResult {
    if (samples.z.rows !== everyone.length)
      return LEARNERS.gaussianProcess.learn(samples, { random: createRandom(seed) });
    if (factor === undefined) {
      const { z, weights } = trainingSamples(everyone, standardiser);
      factor = factorGaussianProcess(z, weights);
    }
    return factor.learn(samples.targets);
  }

  function learn(samples: LearnerSamples): LearnerResult {
    const random = createRandom(seed);
    if (learner === 'gaussianProcess') return learnGaussianProcess(samples);
    if (learner !== 'gpForest') return LEARNERS[learner].learn(samples, { random });
    const forest = learnForest(samples, { random }, { ...FOREST_SETTINGS, trees });
    return averageOf([learnGaussianProcess(samples), forest]);
  }

  return {
    without(raters) {
      const others = withoutRaters(training, new Set(raters));
      const rated = ratedSongs(others);
      const samples = trainingSamples(rated, standardiser);
      const { fit, outOfSample } = learn(samples);
      const opinions = new Map<string, PerEmotion>();
      const features = new Map<string, Float64Array>();
      const outside = populationProbabilities(outOfSample);
      for (const [at, { song }] of rated.entries()) {
        opinions.set(song.songId, outside[at]!);
        features.set(song.songId, rowOf(samples.z, at));
      }
      const { prior } = fitPrior(others.ratings, opinions, { features: new Map(features) });
      // Songs that only those left out had rated are as new as the others.
      const unlearnt = [...training.songs, ...newSongs].filter(({ songId }) => !opinions.has(songId));
      const z = standardise(
        standardiser,
        unlearnt.map((song) => song.features),
      );
      const judged = populationProbabilities(predictTargets(fit, z));
      for (const [at, { songId }] of unlearnt.entries()) {
        opinions.set(songId, judged[at]!);
        features.set(songId, rowOf(z, at));
      }
      return {
        opinions,
        features,
        prior,
        trainingShares: sharesOf(rated),
      };
    },
  };
}

function sharesOf(rated: ReturnType<typeof ratedSongs>): PerEmotion {
  const people = rated.reduce((sum, { targets }) => sum + targets.raters, 0);
  const share = (k: number): number =>
    rated.reduce((sum, { targets }) => sum + targets.raters * targets.shares[k]!, 0) / people;
  return [share(0), share(1), share(2), share(3)];
}
