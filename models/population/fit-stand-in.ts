/**
 * Program: fits the stand-in population and the prior that belongs to it to DEAM and writes both to models/shipped.
 *   npm run build && node dist/models/population/fit-stand-in.js --data ../shared/data/deam
 *   npx biome format --write models/shipped
 * The same data give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { priorToJson } from '../child/prior.ts';
import { featureNames, featureVersion } from '../features/hear-song.ts';
import { readDeam } from './deam.ts';
import { LINEAR_POPULATION_FORMAT, STAND_IN_FILE } from './load-population.ts';
import { PRIOR_FILE } from './load-prior.ts';
import { fitPrior } from './prior-training.ts';
import { shippedFile } from './shipped-files.ts';
import { crossFitted, FOLD_COUNT, fitStandIn, judgeStandIn, RIDGE_ALPHA } from './stand-in-training.ts';

const DATA_CARD = {
  source: 'DEAM, songs with librosa aggregates; averaged annotations, and ratings of songs 2-1000',
  licence: 'DEAM is for non-commercial research (CC BY-NC); so is everything fitted to it',
  limits:
    'Listeners were adults judging strangers’ music. Nothing here is evidence about autistic children. ' +
    'Not for any use but as the starting point of a model that its own child corrects. ' +
    'To be replaced by the trained ONNX model.',
};

/** Enough digits that no prediction moves by 1e-6, few enough that rounding in the last bits does not show. */
function rounded(values: readonly number[]): number[] {
  return values.map((x) => Number(x.toPrecision(9)));
}

function writeShipped(name: string, content: unknown): void {
  mkdirSync(new URL('./', shippedFile(name)), { recursive: true });
  writeFileSync(shippedFile(name), `${JSON.stringify(content, null, 2)}\n`);
}

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) throw new Error('fit-stand-in: give DEAM’s folder with --data DIR');

const deam = readDeam(values.data, featureNames);
const fit = fitStandIn(deam.songs, deam.ratings);
const figures = judgeStandIn(deam);
const parameters = {
  featureVersion,
  featureNames,
  means: rounded(fit.means),
  deviations: rounded(fit.deviations),
  intercepts: rounded(fit.intercepts),
  weights: fit.weights.map(rounded),
};
const hash = createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
const id = `deam-ridge-${hash.slice(0, 12)}`;
const card = { ...DATA_CARD, songs: deam.songs.length, sha256: deam.sha256 };
writeShipped(STAND_IN_FILE, {
  format: LINEAR_POPULATION_FORMAT,
  version: 1,
  id,
  card: {
    ...card,
    method: `ridge, alpha ${RIDGE_ALPHA}, to valence, arousal and soft quadrant shares`,
    crossValidated: {
      folds: FOLD_COUNT,
      accuracy: Number(figures.accuracy.toFixed(4)),
      majority: Number(figures.majority.toFixed(4)),
      logLoss: Number(figures.logLoss.toFixed(4)),
    },
  },
  ...parameters,
});

const { prior, listeners } = fitPrior(deam.ratings, crossFitted(deam.songs, deam.ratings));
const { mean, covariance } = priorToJson(prior);
writeShipped(PRIOR_FILE, {
  card: {
    ...card,
    population: id,
    listeners,
    method: 'EM with Laplace over listeners with 20 or more ratings',
  },
  mean: rounded(mean),
  covariance: covariance.map(rounded),
});

process.stdout.write(
  `${id}: ${deam.songs.length} songs; accuracy ${(100 * figures.accuracy).toFixed(1)} % ` +
    `(commonest class ${(100 * figures.majority).toFixed(1)} %), log-loss ${figures.logLoss.toFixed(3)} ` +
    `over ${FOLD_COUNT} song-disjoint folds. Prior from ${listeners} listeners.\n`,
);
