/** `amecs server revoke`: takes a box off the server, for one that was stolen, copied or given away. */
import type { Command } from '../command.ts';
import { boxOf, parseBoxOptions, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

export const revokeCommand: Command = {
  name: 'revoke',
  summary: 'takes a box off the server; it keeps its data and can be enrolled again',
  help: `Usage: amecs server revoke BOX [options]

From now on the server takes nothing of this box and tells it so. What it sent stays. To take it back, enrol it with
"amecs server code --for BOX". BOX is its id, or the beginning or the end of it. The server may be running.

${STORE_OPTIONS_HELP}

Example: amecs server revoke 9b2f --data /srv/amecs`,

  async run(argv, terminal) {
    const { values, box } = parseBoxOptions(argv, 'amecs server revoke BOX');
    return withSite(values, terminal, async (site) => {
      const { deviceId, status } = await boxOf(site, box);
      if (status === 'withdrawn') {
        terminal.error(`The data of box ${deviceId} were withdrawn: the server takes nothing of it already.`);
        return 1;
      }
      await site.store.revoke(site.siteId, deviceId);
      terminal.out(`Box ${deviceId} is revoked. "amecs server code --for ${deviceId}" takes it back.`);
      return 0;
    });
  },
};
