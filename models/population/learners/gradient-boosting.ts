/** Stochastic gradient boosting of multi-output trees by least squares (Friedman 2001, 2002). */
import { learnCrossFitted } from './cross-fit.ts';
import type { LearnerResult, LearnerSamples, TreesFit } from './fits.ts';
import { grownTrees, leafOf, noTrees } from './growing-trees.ts';
import { checkSamples, type LearnerOptions } from './learner.ts';
import { createTreeGrower } from './regression-tree.ts';
import { createRandom, drawnSeed, shuffledIndices } from './seeded-random.ts';
import { sortColumns } from './sorted-columns.ts';

export interface BoostingSettings {
  readonly trees: number;
  /** Of each tree's opinion, the share that is added. */
  readonly learningRate: number;
  readonly maxDepth: number;
  /** Songs that a leaf holds at least. */
  readonly minLeaf: number;
  /** Share of the songs that each tree sees, drawn without replacement. */
  readonly subsample: number;
  /** Share of the features looked at for a split, rounded up. */
  readonly featureShare: number;
}

/** Best of six tried on DEAM, song-disjoint; deep trees know artists: where those are disjoint too, a forest is as good. */
export const BOOSTING_SETTINGS: BoostingSettings = {
  trees: 300,
  learningRate: 0.03,
  maxDepth: 6,
  minLeaf: 8,
  subsample: 0.5,
  featureShare: 1 / 3,
};

/** The fit alone. */
export function fitBoosting(
  samples: LearnerSamples,
  { random, onProgress }: LearnerOptions,
  settings = BOOSTING_SETTINGS,
): TreesFit {
  checkSamples(samples, 'boosting');
  const { z, targets, weights } = samples;
  const songs = z.rows;
  const count = targets.columns;
  const columns = sortColumns(z);
  const growing = noTrees();
  const seed = drawnSeed(random);
  const intercepts = weightedMean(samples);
  const residuals = { ...targets, values: targets.values.map((y, at) => y - intercepts[at % count]!) };
  const grower = createTreeGrower(columns, residuals, {
    ...settings,
    maxFeatures: Math.ceil(settings.featureShare * z.columns),
  });
  const drawnSongs = Math.max(1, Math.round(settings.subsample * songs));
  const bag = new Float64Array(songs);
  for (let tree = 0; tree < settings.trees; tree++) {
    const own = createRandom(seed, tree);
    bag.fill(0);
    for (const song of shuffledIndices(own, songs).subarray(0, drawnSongs)) bag[song] = weights[song]!;
    const root = grower.grow(growing, bag, own);
    for (let song = 0; song < songs; song++) {
      const leaf = leafOf(growing, root, columns.values, song, songs) * count;
      for (let t = 0; t < count; t++) {
        const at = song * count + t;
        residuals.values[at] = residuals.values[at]! - settings.learningRate * growing.leafValues[leaf + t]!;
      }
    }
    onProgress?.((tree + 1) / settings.trees);
  }
  return {
    kind: 'trees',
    trees: grownTrees(growing),
    targets: count,
    intercepts,
    scale: settings.learningRate,
  };
}

function weightedMean({ targets, weights }: LearnerSamples): Float64Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = new Float64Array(targets.columns);
  for (const [at, y] of targets.values.entries()) {
    const t = at % mean.length;
    mean[t] = mean[t]! + (weights[Math.floor(at / mean.length)]! * y) / total;
  }
  return mean;
}

/** Out of sample: cross-fitted. */
export function learnBoosting(
  samples: LearnerSamples,
  options: LearnerOptions,
  settings = BOOSTING_SETTINGS,
): LearnerResult & { readonly fit: TreesFit } {
  return learnCrossFitted('boosting', (part, own) => fitBoosting(part, own, settings), samples, options);
}
