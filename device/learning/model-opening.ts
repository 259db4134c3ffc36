/** Where the box opens its population models: in a process of their own. */
import type { Prior } from '../../models/child/prior.ts';
import type { LoadedPopulation } from '../../models/population/load-population.ts';
import type { PopulationModel } from '../../models/population/population-model.ts';
import { type OpenedAside, openPopulationAside } from './population-aside.ts';
import type { PopulationUnavailable, PopulationUnusable } from './population-messages.ts';

/** How models are opened; none of these rejects. */
export interface ModelOpening {
  openShipped(): Promise<LoadedPopulation>;
  /** The model of these bytes, which also lie in the file at `path`. */
  openReceived(
    bytes: Uint8Array,
    path: string,
  ): Promise<
    | { readonly kind: 'opened'; readonly population: PopulationModel; readonly prior: Prior }
    | PopulationUnusable
    | PopulationUnavailable
  >;
}

/** In a process of their own: for the box. `open` is for tests. */
export function openAside(
  open: (path: string | null) => Promise<OpenedAside> = openPopulationAside,
): ModelOpening {
  return {
    async openShipped() {
      const opened = await open(null);
      if (opened.kind === 'opened') return { kind: 'loaded', population: opened.population };
      if (opened.kind === 'unavailable') return opened;
      return { ...opened, kind: 'unavailable', hint: 'Install the program again.' };
    },
    async openReceived(_bytes, path) {
      const opened = await open(path);
      if (opened.kind !== 'opened') return opened;
      const { population, prior } = opened;
      return prior === undefined
        ? { kind: 'unusable', reason: 'it came without a prior' }
        : { kind: 'opened', population, prior };
    },
  };
}
