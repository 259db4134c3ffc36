/** The population model this box starts with, and who sees to the next one, put together. */
import type { JournalEntry } from '../sync-server/protocol/journal-event.ts';
import { JOURNAL_START } from '../sync-server/protocol/position.ts';
import type { BoxFiles } from './box-files.ts';
import { createModelKeeper, type ModelKeeper } from './learning/model-keeper.ts';
import { openAside } from './learning/model-opening.ts';
import { createModelStore } from './learning/model-store.ts';
import { createModelTrial } from './learning/model-trial.ts';
import { type ModelInUse, openModelInUse } from './learning/open-model.ts';
import type { Storage } from './storage/storage.ts';

export interface BoxModels {
  readonly inUse: ModelInUse;
  readonly keeper: ModelKeeper;
}

/** `remember` resolves once the entry is durable; `onFault` is told in words for people. */
export async function openBoxModels(parts: {
  readonly files: BoxFiles;
  readonly storage: Pick<Storage, 'songs' | 'selectionsAfter'>;
  readonly remember: (entry: JournalEntry) => Promise<void>;
  readonly onFault: (reason: string) => void;
}): Promise<BoxModels> {
  const { files, storage, remember, onFault } = parts;
  const store = createModelStore(files);
  const inUse = await openModelInUse({ store, remember, onFault, opening: openAside() });
  const history = async () => ({
    songs: await storage.songs(),
    presses: await storage.selectionsAfter(JOURNAL_START),
  });
  const keeper = createModelKeeper({ store, trial: createModelTrial(), history, remember });
  return { inUse, keeper };
}
