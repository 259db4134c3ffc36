/**
 * `amecs model train`: from a folder of listening data to the files a box is shipped with. Reads, trains in a thread of
 * its own, checks that the file says what the trainer says, and only then writes.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../../../device/compiled-entry.ts';
import { featureNames } from '../../../models/features/hear-song.ts';
import { TableFaultsError } from '../../../models/population/csv-table.ts';
import { readDeam } from '../../../models/population/deam.ts';
import type { LearnerName } from '../../../models/population/learners/fits.ts';
import { LEARNERS } from '../../../models/population/learners/learners.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { readListeningFiles } from '../../../models/population/listening-files.ts';
import type { DataTerms, ModelCard } from '../../../models/population/model-card.ts';
import { modelFiles } from '../../../models/population/model-files.ts';
import { type Terminal, UsageError } from '../command.ts';
import { bar, timeLeftWords } from '../terminal.ts';
import { hearDeamAudio } from './deam-audio.ts';
import type { TrainingAnswer, TrainingJob } from './training-messages.ts';

export type TrainingSource =
  /** DEAM in its published layout; `ears`: its audio is heard by the box's ears, instead of the table. */
  | { readonly kind: 'deam'; readonly folder: string; readonly ears: boolean }
  | { readonly kind: 'files'; readonly ratings: string; readonly features: string };

export interface TrainModelOptions {
  readonly source: TrainingSource;
  readonly learner: LearnerName;
  readonly seed: number;
  /** Folder for the files. */
  readonly out: string;
}

/** The most the exported file may differ from the trainer, in probability. */
const LARGEST_DIFFERENCE = 1e-5;

const DEAM_TERMS: DataTerms = {
  licence:
    'DEAM is for non-commercial research (CC BY-NC), and so is everything fitted to it, this model among it.',
  listeners:
    'Its listeners were adults, most of them crowd workers, who judged strangers’ music; one who gave nearly every song ' +
    'the same emotion is left out.',
};
const OTHER_TERMS: DataTerms = {
  licence: 'That of the data it was fitted to, which whoever trained it knows.',
  listeners: 'Who its listeners were, whoever trained it knows.',
};

/** A learner by its name. @throws UsageError naming all there are. */
export function parseLearner(name: string): LearnerName {
  if (Object.hasOwn(LEARNERS, name)) return name as LearnerName;
  const known = Object.entries(LEARNERS).map(([learner, { description }]) => `  ${learner}: ${description}`);
  throw new UsageError(`There is no learner "${name}". These are there:\n${known.join('\n')}`);
}

/** Resolves to the exit code. */
export async function trainModel(options: TrainModelOptions, terminal: Terminal): Promise<number> {
  const { source, learner, seed } = options;
  let data: ListeningData;
  try {
    data = await readSource(source, terminal);
  } catch (error) {
    if (terminal.signal.aborted) return 130;
    if (!(error instanceof TableFaultsError)) throw error;
    terminal.error(error.message);
    return 1;
  }
  terminal.out(
    `${data.name}: ${data.songs.length} songs, ${data.ratings.length} ratings. Learner ${learner}.`,
  );

  const terms = source.kind === 'deam' ? DEAM_TERMS : OTHER_TERMS;
  const trained = await trainInWorker({ data, learner, seed, terms }, terminal);
  if (trained === undefined) return 130;
  if (trained.kind === 'refused') {
    terminal.error(`Nothing was trained: ${trained.reason}.`);
    return 1;
  }
  const { model, largestDifference } = trained;
  if (largestDifference !== undefined && largestDifference > LARGEST_DIFFERENCE) {
    throw new Error(
      `train ${model.card.population}: its file differs from the trainer by ${largestDifference}`,
    );
  }
  const folder = resolve(options.out);
  const command = `npx amecs model train ${sourceWords(source)} --learner ${learner} --seed ${seed} --out DIR`;
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of modelFiles(model, command)) {
      const path = join(folder, name);
      writeFileSync(`${path}.new`, content);
      renameSync(`${path}.new`, path);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    terminal.error(`${folder} cannot be written (${code}). Choose another folder with --out DIR.`);
    return 1;
  }
  for (const line of summaryOf(model.card, model.onnx.length, largestDifference)) terminal.out(line);
  terminal.out(`Written to ${folder}.`);
  return 0;
}

async function readSource(source: TrainingSource, terminal: Terminal): Promise<ListeningData> {
  if (source.kind === 'files') {
    const { ratings, features } = source;
    return readListeningFiles({ ratings, features, columns: featureNames });
  }
  if (!source.ears) return readDeam(source.folder, featureNames);
  return readDeam(source.folder, featureNames, { heard: await hearDeamAudio(source.folder, terminal) });
}

/** The command's words without this machine's paths. */
function sourceWords(source: TrainingSource): string {
  if (source.kind === 'files') return '--ratings FILE --features FILE';
  return source.ears ? '--data DIR --ears' : '--data DIR';
}

/** Undefined when it was interrupted. */
async function trainInWorker(
  job: TrainingJob,
  terminal: Terminal,
): Promise<Exclude<TrainingAnswer, { kind: 'progress' }> | undefined> {
  if (terminal.signal.aborted) return undefined;
  const startedAtMs = performance.now();
  const worker = new Worker(compiledEntry(import.meta.url, './train-worker.ts'), { workerData: job });
  const interrupt = (): void => void worker.terminate();
  terminal.signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await new Promise((settle, reject) => {
      worker.on('message', (answer: TrainingAnswer) => {
        if (answer.kind !== 'progress') settle(answer);
        else terminal.progress(progressWords(answer.share, performance.now() - startedAtMs));
      });
      worker.on('error', reject);
      // Settled already where it ended by itself.
      worker.on('exit', () => settle(undefined));
    });
  } finally {
    terminal.signal.removeEventListener('abort', interrupt);
    await worker.terminate();
  }
}

function progressWords(share: number, elapsedMs: number): string {
  const isEarly = share < 0.02 || share >= 1;
  const left = isEarly ? '' : `  ${timeLeftWords((elapsedMs * (1 - share)) / share / 1000)}`;
  return `${bar(share, 1)} ${Math.floor(100 * share)} %  training and judging${left}`;
}

function summaryOf(card: ModelCard, sizeBytes: number, largestDifference: number | undefined): string[] {
  const { accuracy, majority, logLoss, listeners, listenerAccuracy, folds } = card.crossValidated;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const ofListeners = listeners === 0 ? '' : `; ${percent(listenerAccuracy)} of what single listeners said`;
  return [
    `${card.population}: ${Math.ceil(sizeBytes / 1000)} kB; prior from ${card.prior.listeners} listeners.`,
    `On songs it had not heard (${folds} folds): ${percent(accuracy)} of songs by their averaged ratings ` +
      `(commonest emotion ${percent(majority)}), log-loss ${logLoss.toFixed(3)}${ofListeners}.`,
    largestDifference === undefined
      ? 'The file could not be run here to compare it with the trainer: onnxruntime does not load on this machine.'
      : `The file says what the trainer says: at most ${largestDifference.toExponential(1)} apart.`,
  ];
}
