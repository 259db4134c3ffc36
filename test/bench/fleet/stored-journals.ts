/**
 * Decides whether a server has exactly what the fleet's boxes wrote: reads its log from the first row to the last and
 * compares each event with the made-up journal it came from.
 */
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import type { ExportRow } from '../../../sync-server/protocol/export-page.ts';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';

/** What a box was acknowledged for. */
export interface SentJournal {
  readonly deviceId: string;
  /** From its first event, as often as asked for. */
  readonly journal: Iterator<JournalEvent, never>;
  /** Events sent. */
  readonly sent: number;
}

export interface StoredCount {
  readonly stored: number;
  /** Sent and not in the log, or there with other content. */
  readonly lost: number;
  /** In the log once more, or never sent, or after a later event of the same box. */
  readonly doubled: number;
}

/** `rows` in the order of the log. */
export async function countStored(
  rows: AsyncIterable<Pick<ExportRow, 'deviceId' | 'event'>>,
  fleet: readonly SentJournal[],
): Promise<StoredCount> {
  const boxes = new Map(fleet.map((box) => [box.deviceId, { ...box, read: 0 }]));
  let stored = 0;
  let lost = 0;
  let doubled = 0;
  for await (const { deviceId, event } of rows) {
    stored++;
    const box = boxes.get(deviceId);
    const { seq } = event.stamp;
    if (box === undefined || seq <= box.read || seq > box.sent) {
      doubled++;
      continue;
    }
    let expected = box.journal.next().value;
    for (box.read++; box.read < seq; box.read++) {
      lost++;
      expected = box.journal.next().value;
    }
    if (canonicalJson(event) !== canonicalJson(expected)) lost++;
  }
  for (const { sent, read } of boxes.values()) lost += sent - read;
  return { stored, lost, doubled };
}
