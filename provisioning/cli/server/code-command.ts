/** `amecs server code`: a one-time code for one more box, or for one that is known already. */
import { createEnrolmentCode } from '../../../sync-server/enrolment-code.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { boxOf, STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

export const codeCommand: Command = {
  name: 'code',
  summary: 'a one-time code for one more box, or for one that is known already',
  help: `Usage: amecs server code [--for BOX] [options]

Prints a code with which one box can enrol within 24 hours. The server may be running.

  --for BOX       for this box again, after its card was replaced or it was revoked: it goes on with the same child
${STORE_OPTIONS_HELP}

Example: amecs server code --data /srv/amecs`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, { ...STORE_OPTIONS, for: { type: 'string' } });
    return withSite(values, terminal, async (site) => {
      const box = values.for === undefined ? undefined : await boxOf(site, values.for);
      if (box?.status === 'withdrawn') {
        terminal.error('The data of this box were withdrawn; it can only enrol as a new one, without --for.');
        return 1;
      }
      const whose = box === undefined ? {} : { forDeviceId: box.deviceId };
      const code = await createEnrolmentCode(site.store, {
        siteId: site.siteId,
        nowMs: Date.now(),
        ...whose,
      });
      terminal.out(code);
      return 0;
    });
  },
};
