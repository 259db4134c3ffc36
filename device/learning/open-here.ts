/** Opens population models in this process: for commands and threads that end soon, never for the box itself. */
import { loadPopulation } from '../../models/population/load-population.ts';
import { openModelBundle } from '../../models/population/open-bundle.ts';
import type { ModelOpening } from './model-opening.ts';

/** Holds the thread for some 50 ms a model, and takes 50 MB of native memory. */
export const OPEN_HERE: ModelOpening = {
  openShipped: () => loadPopulation(),
  openReceived: (bytes) => openModelBundle(bytes),
};
