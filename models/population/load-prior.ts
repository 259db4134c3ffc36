/** Reads the shipped prior over the child's weights, which belongs to the shipped population model. */
import { type Prior, parsePrior } from '../child/prior.ts';
import { readShipped } from './shipped-files.ts';

export const PRIOR_FILE = 'prior.json';

/** The prior that ships with the program; fitted under the shipped population. Reads one small file. */
export function loadPrior(): Prior {
  return readShipped(PRIOR_FILE, parsePrior);
}
