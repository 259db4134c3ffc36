/**
 * The population model a box starts with: the one in use, else the one before it, else the one that ships. A model
 * that does not open is told and left behind, so that the server's wish brings it anew.
 */
import type { Prior } from '../../models/child/prior.ts';
import type { LoadedPopulation } from '../../models/population/load-population.ts';
import { loadPrior } from '../../models/population/load-prior.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import type { ModelOpening } from './model-opening.ts';
import { type ModelStore, SHIPPED_ONLY } from './model-store.ts';

export interface ModelInUse {
  /** null: the one that ships. */
  readonly modelId: string | null;
  readonly population: LoadedPopulation;
  readonly prior: Prior;
}

export interface FoundModel extends ModelInUse {
  /** Those that should have been used and do not open, with a clause for people. */
  readonly broken: readonly { readonly modelId: string; readonly reason: string }[];
}

/** Finds it and changes nothing. Never rejects for a model. */
export async function findModelInUse(
  store: Pick<ModelStore, 'record' | 'readModel' | 'pathOf'>,
  { openShipped, openReceived }: ModelOpening,
): Promise<FoundModel> {
  const { current, previous } = await store.record();
  const broken: FoundModel['broken'][number][] = [];
  for (const modelId of [current, previous].filter((id) => id !== null)) {
    const bytes = await store.readModel(modelId).catch(() => undefined);
    const opened =
      bytes === undefined
        ? ({ kind: 'unusable', reason: 'its file is missing or damaged' } as const)
        : await openReceived(bytes, store.pathOf(modelId));
    if (opened.kind === 'unusable') {
      broken.push({ modelId, reason: opened.reason });
      continue;
    }
    // Where nothing runs, the one before would not either, and this one is not at fault.
    if (opened.kind === 'unavailable') return { modelId, population: opened, prior: loadPrior(), broken };
    const { population, prior } = opened;
    return { modelId, population: { kind: 'loaded', population }, prior, broken };
  }
  return { modelId: null, population: await openShipped(), prior: loadPrior(), broken };
}

/**
 * Finds it and makes the record and the journal say so. `onFault` is told of each model that does not open, in words
 * for people. `remember` resolves once the entry is durable in the journal.
 */
export async function openModelInUse(parts: {
  readonly store: ModelStore;
  readonly remember: (entry: JournalEntry) => Promise<void>;
  readonly onFault: (reason: string) => void;
  readonly opening: ModelOpening;
}): Promise<ModelInUse> {
  const { store, remember, onFault, opening } = parts;
  const { broken, ...found } = await findModelInUse(store, opening);
  for (const { modelId, reason } of broken) {
    onFault(
      `The population model ${modelId.slice(0, 12)} cannot be used: ${reason}. The box goes on with the one before.`,
    );
    await remember({ kind: 'modelRefused', modelId, reason: `at the start: ${reason}`.slice(0, 200) });
  }
  const record = await store.record();
  const { modelId } = found;
  if (modelId !== record.current) {
    await store.saveRecord({ ...SHIPPED_ONLY, current: modelId, givenUp: record.givenUp });
  } else if (modelId !== null && !record.isTold) {
    await remember({ kind: 'modelInstalled', modelId });
    await store.saveRecord({ ...record, isTold: true });
  }
  return found;
}
