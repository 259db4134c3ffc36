/** `amecs server model`: which population model the boxes of this server should start from. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POPULATION_FILE } from '../../../models/population/load-population.ts';
import { PRIOR_FILE } from '../../../models/population/load-prior.ts';
import { encodeModelBundle } from '../../../models/population/model-bundle.ts';
import { CARD_FILE } from '../../../models/population/model-files.ts';
import { openModelBundle } from '../../../models/population/open-bundle.ts';
import { signModel } from '../../../sync-server/model-signing.ts';
import { MAX_MODEL_BYTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { createSigningKey } from '../../../sync-server/site-signing-key.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';
import { type OpenSite, STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

export const modelCommand: Command = {
  name: 'model',
  summary: 'the population model the boxes should start from',
  help: `Usage: amecs server model publish DIR [options]
       amecs server model show
       amecs server model withdraw

  publish DIR     takes the model in DIR, as "amecs model train" wrote it, signs it and offers it to every box; a box
                  takes it only if it foretells its own child no worse, and gives it up again otherwise
  show            the model that is offered
  withdraw        offers none any more; boxes keep what they have

The server may be running.

${STORE_OPTIONS_HELP}

Example: amecs server model publish amecs-model --data /srv/amecs`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, STORE_OPTIONS, true);
    const [action, folder, ...more] = positionals;
    const takesFolder = action === 'publish';
    if (more.length > 0 || (folder !== undefined && !takesFolder)) {
      throw new UsageError(`There is a word too many after "amecs server model ${action}".`);
    }
    switch (action) {
      case 'publish': {
        if (folder === undefined) throw new UsageError('Name the folder: amecs server model publish DIR.');
        const model = await readModel(folder);
        return withSite(values, terminal, (site) => publish(site, model, terminal));
      }
      case 'show':
        return withSite(values, terminal, (site) => show(site, terminal));
      case 'withdraw':
        return withSite(values, terminal, async ({ siteId, store }) => {
          await store.unpublishModel(siteId);
          terminal.out('No model is offered any more. Boxes keep what they have.');
          return 0;
        });
      default:
        throw new UsageError('Say what to do: amecs server model publish DIR, show or withdraw.');
    }
  },
};

interface ReadModel {
  readonly bytes: Uint8Array;
  /** Id of its population. */
  readonly population: string;
}

/** A folder's model as one file, opened once to see that a box can. Throws UsageError where it cannot be published. */
async function readModel(folder: string): Promise<ReadModel> {
  const read = (name: string): Promise<Uint8Array> =>
    readFile(join(folder, name)).catch((error: Error) => {
      throw new UsageError(`${folder} holds no model: ${error.message}. Make one with "amecs model train".`);
    });
  const [population, prior, card] = await Promise.all([POPULATION_FILE, PRIOR_FILE, CARD_FILE].map(read));
  const bytes = encodeModelBundle({ population: population!, prior: prior!, card: card! });
  if (bytes.length > MAX_MODEL_BYTES) {
    throw new UsageError(`The model in ${folder} has ${bytes.length} bytes; boxes take ${MAX_MODEL_BYTES}.`);
  }
  const opened = await openModelBundle(bytes);
  if (opened.kind === 'unusable') {
    throw new UsageError(`The model in ${folder} cannot be used: ${opened.reason}.`);
  }
  if (opened.kind === 'unavailable') {
    throw new UsageError(`The model cannot be checked on this machine: ${opened.reason}. ${opened.hint}`);
  }
  await opened.population.close();
  return { bytes, population: opened.population.id };
}

async function publish({ siteId, store }: OpenSite, model: ReadModel, terminal: Terminal): Promise<number> {
  const signed = signModel(model.bytes, await store.signingKey(siteId, createSigningKey));
  await store.publishModel(siteId, signed, model.bytes, Date.now());
  const size = (signed.sizeBytes / 1e6).toFixed(1);
  terminal.out(`Every box is offered the model ${model.population} (${size} MB, ${signed.modelId}).`);
  return 0;
}

async function show({ siteId, store }: OpenSite, terminal: Terminal): Promise<number> {
  const [box] = await store.devices(siteId);
  const { model } = box === undefined ? { model: null } : await store.downlink(box);
  if (model === null) terminal.out(box === undefined ? 'No box has enrolled yet.' : 'No model is offered.');
  else terminal.out(`${model.modelId} (${(model.sizeBytes / 1e6).toFixed(1)} MB) is offered to every box.`);
  return 0;
}
