/**
 * Tries a received model: whether it is whole and runs here, and how it and the one before would have foretold each
 * press this child ever made, forests included. Minutes on a slow box with a long history, so it runs in a process of its own.
 */
import type { EmotionPress } from '../../models/child/child-model.ts';
import type { ForestTrainer } from '../../models/child/forest-rows.ts';
import { prequentialLogLoss } from '../../models/child/prequential.ts';
import type { Prior } from '../../models/child/prior.ts';
import { trainForest } from '../../models/forest/train-forest.ts';
import { loadPopulation } from '../../models/population/load-population.ts';
import { loadPrior } from '../../models/population/load-prior.ts';
import { openModelBundle } from '../../models/population/open-bundle.ts';
import type { PopulationModel } from '../../models/population/population-model.ts';
import { isModel } from './model-store.ts';
import type { PressHistory, TrialAnswer, TrialJob } from './model-trial-messages.ts';
import { createSongOpinions } from './song-opinions.ts';

interface UsableModel {
  readonly population: PopulationModel;
  readonly prior: Prior;
}

/** `read`: a file's bytes. Rejects where that does. */
export async function tryModel(
  job: TrialJob,
  read: (path: string) => Promise<Uint8Array>,
): Promise<TrialAnswer> {
  const bytes = await read(job.path);
  if (!isModel(job.modelId, bytes)) return { kind: 'unusable', reason: 'it arrived damaged' };
  const opened = await openModelBundle(bytes);
  if (opened.kind === 'unusable') return opened;
  if (opened.kind === 'unavailable') return { kind: 'failed', reason: opened.reason };
  const before = await modelBefore(job.pathBefore, read);
  if (before === undefined) return { kind: 'alone' };
  const now = await foretell(opened, job);
  const { logLoss: logLossBefore } = await foretell(before, job);
  return { kind: 'tried', presses: now.presses, logLoss: now.logLoss, logLossBefore };
}

/** The model in use until now; undefined where it cannot be used, and so cannot be better. */
async function modelBefore(
  path: string | null,
  read: (path: string) => Promise<Uint8Array>,
): Promise<UsableModel | undefined> {
  if (path === null) {
    const shipped = await loadPopulation();
    return shipped.kind === 'loaded' ? { population: shipped.population, prior: loadPrior() } : undefined;
  }
  const bytes = await read(path).catch(() => undefined);
  const opened = bytes && (await openModelBundle(bytes));
  return opened?.kind === 'opened' ? opened : undefined;
}

/** As the box does: songs without features make no forest. */
const train: ForestTrainer = (rows, seed) => (rows.songs === 0 ? undefined : trainForest(rows, seed));

async function foretell(
  { population, prior }: UsableModel,
  { songs, presses }: PressHistory,
): Promise<{ readonly presses: number; readonly logLoss: number }> {
  let fault: string | undefined;
  const opinions = createSongOpinions(population, (reason) => {
    fault ??= reason;
  });
  const pressedIds = new Set(presses.map(({ songId }) => songId));
  const pressed = songs.filter(({ songId }) => pressedIds.has(songId));
  await opinions.ask(pressed);
  if (fault !== undefined) throw new Error(fault);
  const songById = new Map(pressed.map((song) => [song.songId, song]));
  const known = presses.flatMap(({ songId, emotion }): EmotionPress[] => {
    const song = songById.get(songId);
    if (song === undefined) return [];
    const populationProbabilities = opinions.beforePresses(song);
    return [{ songId, emotion, populationProbabilities, features: opinions.featuresOf(song) }];
  });
  return { presses: known.length, logLoss: prequentialLogLoss(prior, known, train) };
}
