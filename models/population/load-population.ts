/** Opens the shipped population model. Whatever is wrong with it is an answer: the box goes on with what it knows. */
import { fileURLToPath } from 'node:url';
import { type OpenedPopulation, openOnnxPopulation } from './onnx/onnx-population.ts';
import type { PopulationModel } from './population-model.ts';
import { shippedFile } from './shipped-files.ts';

export const POPULATION_FILE = 'population.onnx';

export type LoadedPopulation =
  | { readonly kind: 'loaded'; readonly population: PopulationModel }
  /** Both sentences are for people: what is wrong, and what to do. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly hint: string };

/** The population model that ships with the program, or the one in `file`. Never rejects; some 100 ms. */
export async function loadPopulation(
  file: URL = shippedFile(POPULATION_FILE),
  open: (file: URL) => Promise<OpenedPopulation> = openOnnxPopulation,
): Promise<LoadedPopulation> {
  try {
    const opened = await open(file);
    if (opened.kind === 'unavailable') return opened;
    const { card, predict } = opened.population;
    return { kind: 'loaded', population: { id: card.id, featureVersion: card.featureVersion, predict } };
  } catch (cause) {
    const reason = `read ${fileURLToPath(file)}: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { kind: 'unavailable', reason, hint: 'Install the program again.' };
  }
}
