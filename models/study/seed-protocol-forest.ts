/** The seed's forest: of classification trees, which on labels of 0 and 1 split exactly as regression trees do (Gini). */
import { EMOTIONS, emotionIndex, type PerEmotion } from '../emotions.ts';
import type { LearnerSamples, Matrix, PopulationFit } from '../population/learners/fits.ts';
import { createMatrix } from '../population/learners/matrix.ts';
import { type ForestResult, type ForestSettings, learnForest } from '../population/learners/random-forest.ts';
import type { Random } from '../population/learners/seeded-random.ts';
import { sharesToProbabilities } from '../population/population-model.ts';
import { predictTargets } from '../population/predict-targets.ts';
import type { Method } from './methods.ts';
import { randomAt } from './named-random.ts';
import type { LabelledSong } from './press-run.ts';

/** Trees and their depth: of the population, and of a child after so many presses, as the seed's code has them. */
export const SEED_POPULATION_FOREST = { trees: 100, maxDepth: 15 };
const PERSONAL_FORESTS = [
  { upTo: 50, trees: 50, maxDepth: 10 },
  { upTo: 200, trees: 100, maxDepth: 12 },
  { upTo: Number.POSITIVE_INFINITY, trees: 100, maxDepth: 15 },
] as const;

export function labelSamples(z: Matrix, songs: readonly LabelledSong[]): LearnerSamples {
  const targets = createMatrix(songs.length, EMOTIONS.length);
  for (const [row, { emotion }] of songs.entries()) {
    targets.values[row * EMOTIONS.length + emotionIndex(emotion)] = 1;
  }
  return { z, targets, weights: new Float64Array(songs.length).fill(1) };
}

/** √features looked at for a split, leaves of one song: the defaults of the library the seed used. */
export function growSeedForest(
  samples: LearnerSamples,
  size: Pick<ForestSettings, 'trees' | 'maxDepth'>,
  random: Random,
): ForestResult {
  const featureShare = Math.floor(Math.sqrt(samples.z.columns)) / samples.z.columns;
  return learnForest(samples, { random }, { ...size, minLeaf: 1, featureShare });
}

/** P(emotion) of each row from a fit to `labelSamples`. */
export function labelOpinions(fit: PopulationFit, z: Matrix): PerEmotion[] {
  return opinionsOf(predictTargets(fit, z));
}

/** P(emotion) of each row of targets. */
export function opinionsOf({ rows, columns, values }: Matrix): PerEmotion[] {
  return Array.from({ length: rows }, (_, row) =>
    sharesToProbabilities([...values.subarray(row * columns, (row + 1) * columns)] as unknown as PerEmotion),
  );
}

/** A forest grown from one child's presses alone. `features`: of each song, as this child perceives it. */
export function createSeedPersonalForest(
  features: ReadonlyMap<string, Float64Array>,
  seed: number,
  child: string,
): Method {
  const presses: LabelledSong[] = [];
  let fit: PopulationFit | undefined;

  function matrixOf(songIds: readonly string[]): Matrix {
    const rows = songIds.map((songId) => features.get(songId)!);
    const matrix = createMatrix(rows.length, rows[0]!.length);
    for (const [at, row] of rows.entries()) matrix.values.set(row, at * matrix.columns);
    return matrix;
  }

  function grow(): PopulationFit {
    const size = PERSONAL_FORESTS.find(({ upTo }) => presses.length <= upTo)!;
    const samples = labelSamples(matrixOf(presses.map(({ songId }) => songId)), presses);
    return growSeedForest(samples, size, randomAt(seed, 'seedProtocol', 'forest', child, presses.length)).fit;
  }

  return {
    press(press) {
      presses.push(press);
      fit = undefined;
    },
    predict(songId) {
      fit ??= grow();
      return labelOpinions(fit, matrixOf([songId]))[0]!;
    },
  };
}
