/**
 * One page of the export: rows in the order the server stored them, and where the next page begins.
 */
import { z } from 'zod';
import { journalEventSchema } from './journal-event.ts';

/** What a site's data are for: a study's are analysed, a demo's never. */
export const sitePurposeSchema = z.enum(['study', 'demo']);

export type SitePurpose = z.infer<typeof sitePurposeSchema>;

export const exportRowSchema = z.object({
  /** Dense count of the site's stored events, from 1; rises in the order of commits. */
  log: z.int().min(1),
  deviceId: z.uuid(),
  participantId: z.uuid(),
  /** Milliseconds since 1970 on the server's clock. */
  receivedAtMs: z.number(),
  event: journalEventSchema,
});

export type ExportRow = z.infer<typeof exportRowSchema>;

export const exportPageSchema = z.object({
  siteId: z.uuid(),
  purpose: sitePurposeSchema,
  generation: z.string().min(1).max(64),
  rows: z.array(exportRowSchema),
  /** Ask again with `after` = this; null on the last page. */
  next: z.int().min(1).nullable(),
  /** Events of this site that are kept raw and are not in the rows. */
  quarantined: z.int().min(0),
});

export type ExportPage = z.infer<typeof exportPageSchema>;
