/**
 * The process that asks the population model: native code, 50 MB of it, that is needed only when songs are new. Opens
 * one model and answers until the box ends it. Started by population-aside.ts.
 */
import { readFile } from 'node:fs/promises';
import { loadPopulation } from '../../models/population/load-population.ts';
import { openModelBundle } from '../../models/population/open-bundle.ts';
import type { PopulationModel } from '../../models/population/population-model.ts';
import { hearBox } from '../side-process-entry.ts';
import type { PopulationAnswer, PopulationRequest } from './population-messages.ts';

let population: PopulationModel | undefined;
/** One after the other, so that answers come in the order of requests. */
let working = Promise.resolve();

const box = hearBox<PopulationRequest, PopulationAnswer>((request) => {
  working = working.then(async () => box.answer(await answerTo(request).catch(failed)));
});

async function answerTo(request: PopulationRequest): Promise<PopulationAnswer> {
  if (request.kind === 'open') return request.path === null ? openShipped() : openReceived(request.path);
  if (population === undefined) throw new Error('no population model is open');
  return { kind: 'opinions', opinions: await population.predict(request.rows) };
}

async function openShipped(): Promise<PopulationAnswer> {
  const loaded = await loadPopulation();
  if (loaded.kind === 'unavailable') return loaded;
  population = loaded.population;
  const { id, featureVersion } = population;
  return { kind: 'opened', id, featureVersion, prior: undefined };
}

async function openReceived(path: string): Promise<PopulationAnswer> {
  const opened = await openModelBundle(await readFile(path));
  if (opened.kind !== 'opened') return opened;
  population = opened.population;
  const { id, featureVersion } = population;
  return { kind: 'opened', id, featureVersion, prior: opened.prior };
}

function failed(error: Error): PopulationAnswer {
  return { kind: 'failed', reason: error.message };
}
