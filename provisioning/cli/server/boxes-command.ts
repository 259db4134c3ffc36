/** `amecs server boxes`: which boxes there are, and when each was last heard. */
import type { DeviceSummary } from '../../../sync-server/store/device-registry.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { type Column, tableLines } from '../text-table.ts';
import { STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'box' },
  { heading: 'participant' },
  { heading: 'status' },
  { heading: 'enrolled' },
  { heading: 'last heard' },
  { heading: 'events', align: 'right' },
];

export const boxesCommand: Command = {
  name: 'boxes',
  summary: 'the boxes of this server, and when each was last heard',
  help: `Usage: amecs server boxes [--json] [options]

Times are UTC, by the server's clock. The server may be running.

  --json          for programs
${STORE_OPTIONS_HELP}

Example: amecs server boxes --data /srv/amecs`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, { ...STORE_OPTIONS, json: { type: 'boolean', default: false } });
    return withSite(values, terminal, async ({ store, siteId }) => {
      const boxes = await store.devices(siteId);
      if (values.json) terminal.out(JSON.stringify(boxes, null, 2));
      else if (boxes.length === 0)
        terminal.out('No box has enrolled yet. Make a code with "amecs server code".');
      else for (const line of tableLines(COLUMNS, boxes.map(rowOf))) terminal.out(line);
      return 0;
    });
  },
};

function rowOf(box: DeviceSummary): string[] {
  const { deviceId, participantId, status, enrolledAtMs, lastReceivedAtMs, events } = box;
  const heard = lastReceivedAtMs === undefined ? 'never' : timeWords(lastReceivedAtMs);
  return [deviceId, participantId, status, timeWords(enrolledAtMs), heard, String(events)];
}

/** Such as `2026-01-02 13:45`. */
function timeWords(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
