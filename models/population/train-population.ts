/**
 * From listening data to what a box is shipped with: population model, prior, card. Deterministic: the same data,
 * learner and seed give the same bytes.
 */
import { priorToJson } from '../child/prior.ts';
import type { PerEmotion } from '../emotions.ts';
import { featureNames, featureVersion } from '../features/hear-song.ts';
import { fitPopulation } from './fit-population.ts';
import { FOLD_COUNT, judgePopulation, type PopulationFigures } from './judge-population.ts';
import type { LearnerName, PopulationFit } from './learners/fits.ts';
import { rowOf } from './learners/matrix.ts';
import type { ListeningData } from './listening-data.ts';
import { type DataTerms, LIMITS, type ModelCard, NOT_FOR, PRIOR_METHOD } from './model-card.ts';
import { exportPopulation } from './onnx/export-population.ts';
import { roundLeaves } from './onnx/leaf-packing.ts';
import { readOnnxCard } from './onnx/onnx-card.ts';
import { predictTargets, targetsToProbabilities } from './predict-targets.ts';
import { fitPrior } from './prior-training.ts';
import { type Standardiser, standardise } from './standardiser.ts';

export interface TrainingOptions {
  readonly learner: LearnerName;
  /** A whole number. */
  readonly seed: number;
  readonly terms: DataTerms;
  /** Told the share done, 0 to 1, now and then. */
  readonly onProgress?: (share: number) => void;
}

export interface TrainedModel {
  /** The population's .onnx file. */
  readonly onnx: Uint8Array;
  /** The prior's file: what `parsePrior` reads, and which population it belongs to. */
  readonly prior: ReturnType<typeof priorToJson> & { readonly population: string };
  readonly card: ModelCard;
  /** P(emotion) as the trainer has it, which the file must say too. */
  predict(features: ArrayLike<number>): PerEmotion;
}

/** Leaves of 8 bits move a prediction by less than 1e-3 and make the file a quarter of the size. */
const LEAF_BITS = 8;

/**
 * Fits five folds to judge the learner, then all songs to ship. Its inputs must be what the box hears.
 * Half a minute for DEAM and the default learner. @throws RangeError where the data do not do.
 */
export function trainPopulation(data: ListeningData, options: TrainingOptions): TrainedModel {
  const { learner, seed, terms, onProgress } = options;
  if (data.columns.join() !== featureNames.join()) {
    throw new RangeError(
      `train: a box hears ${featureNames.join(', ')}, in this order; the data have ${data.columns.join(', ')}`,
    );
  }
  function fitRounded({ songs, ratings }: ListeningData, part: number) {
    const fitted = fitPopulation(songs, ratings, learner, {
      seed,
      onProgress: (share) => onProgress?.((part + share) / (FOLD_COUNT + 1)),
    });
    onProgress?.((part + 1) / (FOLD_COUNT + 1));
    // What is judged is what is shipped.
    const shipped = roundLeaves(fitted.fit, LEAF_BITS);
    return { ...fitted, fit: shipped, predict: predictorOf(shipped, fitted.standardiser) };
  }

  const figures = judgePopulation(data, (training, fold) => fitRounded(training, fold).predict);
  const { fit: shipped, standardiser, predict, opinionsOutOfSample } = fitRounded(data, FOLD_COUNT);
  const onnx = exportPopulation({
    fit: shipped,
    standardiser,
    card: {
      featureVersion,
      featureNames,
      learner,
      trainedOn: data.name,
      trainedOnSha256: data.sha256,
      seed,
      licence: terms.licence,
      description: [...NOT_FOR.map((use) => `Not for: ${use}`), ...LIMITS].join(' '),
    },
  });
  const { id } = readOnnxCard(onnx);
  const { prior, listeners } = fitPrior(data.ratings, opinionsOutOfSample, {
    features: featuresOfRated(data),
  });
  const card: ModelCard = {
    format: 'amecs-model-card',
    version: 1,
    population: id,
    learner,
    seed,
    inputs: { featureVersion, columns: featureNames },
    data: {
      ...terms,
      name: data.name,
      songs: data.songs.length,
      ratings: data.ratings.length,
      raters: new Set(data.ratings.map(({ rater }) => rater)).size,
      sha256: data.sha256,
    },
    crossValidated: roundedFigures(figures),
    prior: { listeners, method: PRIOR_METHOD },
    limits: LIMITS,
    notFor: NOT_FOR,
  };
  return { onnx, prior: { population: id, ...priorToJson(prior) }, card, predict };
}

/** Timbre is what songs that listeners told apart differ in; songs only known by their averages may come from elsewhere. */
function featuresOfRated({ songs, ratings }: ListeningData): ReadonlyMap<string, readonly number[]> {
  const rated = new Set(ratings.map(({ songId }) => songId));
  return new Map(songs.filter(({ songId }) => rated.has(songId)).map((song) => [song.songId, song.features]));
}

function predictorOf(
  fit: PopulationFit,
  standardiser: Standardiser,
): (features: ArrayLike<number>) => PerEmotion {
  return (features) =>
    targetsToProbabilities(rowOf(predictTargets(fit, standardise(standardiser, [features])), 0));
}

/** Four decimals: more than so few songs and people tell. */
function roundedFigures(figures: PopulationFigures): PopulationFigures {
  const rounded = Object.entries(figures).map(([name, x]) => [name, Number(x.toFixed(4))] as const);
  return Object.fromEntries(rounded) as Record<keyof PopulationFigures, number>;
}
