/**
 * quarantine.csv: what boxes sent and the server could not take as events, exactly as it came. Nothing is hidden.
 */
import { type QuarantineReason, quarantineReasonSchema } from '../protocol/event-batch.ts';
import type { QuarantinePage } from '../protocol/export-page.ts';
import type { Column } from './csv.ts';
import { integer, text, time } from './event-columns.ts';

/** A row with the site it belongs to. */
export type SiteQuarantineRow = QuarantinePage['rows'][number] & { readonly siteId: string };

const REASONS: Readonly<Record<QuarantineReason, string>> = {
  unreadable: 'this version of the server cannot read it; a newer one may',
  conflict: 'another event has its place in the journal, or another card writes the journal too',
};

/** Columns of quarantine.csv. */
export const QUARANTINE_COLUMNS: readonly Column<SiteQuarantineRow>[] = [
  text('site_id', 'Site of the study', 'UUID', (row) => row.siteId),
  text('device_id', 'Box that sent it', 'UUID', (row) => row.deviceId),
  text('participant_id', 'Pseudonym of the child', 'UUID', (row) => row.participantId),
  integer('epoch', 'Journal of the box it was sent for', '>= 1', (row) => row.epoch),
  integer('seq', 'Place in that journal it was sent for', '>= 1', (row) => row.seq),
  text(
    'reason',
    `Why it is not in events.csv: ${Object.entries(REASONS)
      .map(([reason, meaning]) => `${meaning} (${reason})`)
      .join('; ')}`,
    quarantineReasonSchema.options.join(' | '),
    (row) => row.reason,
  ),
  time('received_time', "When the server first had it, UTC on the server's clock", (row) => row.receivedAtMs),
  text('body', 'The event as the box sent it, as JSON', 'JSON', (row) => row.body),
];
