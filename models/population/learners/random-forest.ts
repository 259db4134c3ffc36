/** Random forest of multi-output regression trees (Breiman 2001), with its out-of-bag predictions. */
import type { LearnerResult, LearnerSamples, TreesFit } from './fits.ts';
import { grownTrees, leafOf, noTrees } from './growing-trees.ts';
import { checkSamples, type LearnerOptions } from './learner.ts';
import { createMatrix } from './matrix.ts';
import { createTreeGrower } from './regression-tree.ts';
import { createRandom, drawnIndex, drawnSeed } from './seeded-random.ts';
import { sortColumns } from './sorted-columns.ts';

export interface ForestSettings {
  readonly trees: number;
  /** Different songs that a leaf holds at least. */
  readonly minLeaf: number;
  readonly maxDepth: number;
  /** Share of the features looked at for a split, rounded up. */
  readonly featureShare: number;
}

/** Best of those tried on DEAM's raters, alone and beside the Gaussian process. */
export const FOREST_SETTINGS: ForestSettings = {
  trees: 300,
  minLeaf: 4,
  maxDepth: Number.POSITIVE_INFINITY,
  featureShare: 1 / 3,
};

export interface ForestResult extends LearnerResult {
  readonly fit: TreesFit;
}

/**
 * Each tree sees as many songs as there are, drawn with replacement; a song counts by how often it was drawn times its
 * weight. Out of sample: the mean over the trees that did not see the song; a song that every tree saw gets the
 * weighted mean of the others. Trees draw from streams of their own: more trees leave the first ones as they are.
 */
export function learnForest(
  samples: LearnerSamples,
  { random, onProgress }: LearnerOptions,
  settings = FOREST_SETTINGS,
): ForestResult {
  checkSamples(samples, 'forest');
  const { z, targets, weights } = samples;
  const songs = z.rows;
  const count = targets.columns;
  const columns = sortColumns(z);
  const grower = createTreeGrower(columns, targets, {
    ...settings,
    maxFeatures: Math.ceil(settings.featureShare * z.columns),
  });
  const growing = noTrees();
  const seed = drawnSeed(random);
  const seenBy: Uint8Array[] = [];
  const bag = new Float64Array(songs);
  for (let tree = 0; tree < settings.trees; tree++) {
    const own = createRandom(seed, tree);
    bag.fill(0);
    for (let draw = 0; draw < songs; draw++) {
      const song = drawnIndex(own, songs);
      bag[song] = bag[song]! + weights[song]!;
    }
    grower.grow(growing, bag, own);
    seenBy.push(Uint8Array.from(bag, (w) => (w > 0 ? 1 : 0)));
    onProgress?.((tree + 1) / settings.trees);
  }
  const trees = grownTrees(growing);
  const fit: TreesFit = {
    kind: 'trees',
    trees,
    targets: count,
    intercepts: new Float64Array(count),
    scale: 1 / settings.trees,
  };

  const outOfSample = createMatrix(songs, count);
  for (let song = 0; song < songs; song++) {
    let voters = 0;
    const row = outOfSample.values.subarray(song * count, (song + 1) * count);
    for (const [tree, seen] of seenBy.entries()) {
      if (seen[song] === 1) continue;
      voters++;
      const leaf = leafOf(trees, trees.roots[tree]!, columns.values, song, songs) * count;
      for (let t = 0; t < count; t++) row[t] = row[t]! + trees.leafValues[leaf + t]!;
    }
    if (voters === 0) row.set(meanOfOthers(samples, song));
    else for (let t = 0; t < count; t++) row[t] = row[t]! / voters;
  }
  return { fit, outOfSample };
}

/** The targets' weighted mean over all songs but one. */
function meanOfOthers({ targets, weights }: LearnerSamples, song: number): Float64Array {
  const mean = new Float64Array(targets.columns);
  const others = weights.reduce((sum, w) => sum + w, 0) - weights[song]!;
  for (let i = 0; i < targets.rows; i++) {
    if (i === song) continue;
    for (let t = 0; t < mean.length; t++) {
      mean[t] = mean[t]! + (weights[i]! * targets.values[i * mean.length + t]!) / others;
    }
  }
  return mean;
}
