/** The population model and the prior a box works with, found from where its journal lies; changes nothing there. */
import { dirname } from 'node:path';
import { createBoxFiles } from '../../../device/box-files.ts';
import { createModelStore } from '../../../device/learning/model-store.ts';
import { OPEN_HERE } from '../../../device/learning/open-here.ts';
import { findModelInUse } from '../../../device/learning/open-model.ts';
import { loadSongOpinions, type SongOpinions } from '../../../device/learning/song-opinions.ts';
import type { Prior } from '../../../models/child/prior.ts';

/** `onFault` is told in words for people what stands in the way. */
export async function readBoxModel(
  journal: string,
  onFault: (sentence: string) => void,
): Promise<{ readonly opinions: SongOpinions; readonly prior: Prior }> {
  const model = await findModelInUse(createModelStore(createBoxFiles(dirname(journal))), OPEN_HERE);
  for (const { modelId, reason } of model.broken) {
    onFault(`The population model ${modelId.slice(0, 12)} cannot be used: ${reason}.`);
  }
  return { opinions: await loadSongOpinions(onFault, async () => model.population), prior: model.prior };
}
