/** Reads the shipped population model; the boundary where its file is checked. */
import { z } from 'zod';
import {
  createLinearPopulation,
  LINEAR_TARGETS,
  type LinearPopulationParameters,
} from './linear-population.ts';
import type { PopulationModel } from './population-model.ts';
import { readShipped } from './shipped-files.ts';

export const LINEAR_POPULATION_FORMAT = 'amecs-linear-population';
export const STAND_IN_FILE = 'stand-in-population.json';

const linearPopulationSchema = z
  .object({
    format: z.literal(LINEAR_POPULATION_FORMAT),
    version: z.literal(1),
    id: z.string().min(1).max(80),
    featureVersion: z.string().min(1).max(80),
    featureNames: z.array(z.string()).min(1),
    means: z.array(z.number()),
    deviations: z.array(z.number().positive()),
    intercepts: z.array(z.number()).length(LINEAR_TARGETS.length),
    weights: z.array(z.array(z.number())).length(LINEAR_TARGETS.length),
  })
  .refine(
    ({ featureNames, means, deviations, weights }) =>
      [means, deviations, ...weights].every((row) => row.length === featureNames.length),
    'means, deviations and every row of weights must have one number per feature',
  );

/** Parameters from their stored form; throws an Error that names every fault. */
export function parseLinearPopulation(value: unknown): LinearPopulationParameters {
  const parsed = linearPopulationSchema.safeParse(value);
  if (!parsed.success) throw new Error(`population model: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The population model that ships with the program. Reads one small file. */
export function loadPopulation(): PopulationModel {
  return createLinearPopulation(readShipped(STAND_IN_FILE, parseLinearPopulation));
}
