/** `amecs server restored`: tells the boxes and researchers that the database is an older copy of itself. */
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

export const restoredCommand: Command = {
  name: 'restored',
  summary: 'say that the data were restored from a backup, so that boxes send again what is missing',
  help: `Usage: amecs server restored [options]

Run this once after a backup was put in place, before or after the server is started. Every box then asks how far the
server is and sends again what the backup lacks, as far back as 90 days; every "amecs pull" reads from the beginning.
Without it boxes that have sent more than the backup holds notice by themselves, researchers do not.

${STORE_OPTIONS_HELP}

Example: amecs server restored --data /srv/amecs`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, STORE_OPTIONS);
    return withSite(values, terminal, async ({ store }) => {
      const generation = await store.renewGeneration();
      terminal.out(`These data are now generation ${generation}. Boxes send again what is missing.`);
      return 0;
    });
  },
};
