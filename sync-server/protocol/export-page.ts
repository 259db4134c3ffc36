/**
 * Pages of the exports: the events in the order the server stored them, each with its time; and what could not be
 * taken as an event, raw. A reader has everything when it has the last page of both.
 */
import { z } from 'zod';
import { correctedTimeSchema } from './corrected-time.ts';
import { quarantinedEventSchema } from './event-batch.ts';
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

/** A row as it is exported: with the time the server works out for it, which may get better from pull to pull. */
export const timedRowSchema = exportRowSchema.extend(correctedTimeSchema.shape);

export type TimedRow = z.infer<typeof timedRowSchema>;

export const exportPageSchema = z.object({
  siteId: z.uuid(),
  purpose: sitePurposeSchema,
  generation: z.string().min(1).max(64),
  rows: z.array(timedRowSchema),
  /** Ask again with `after` = this; null on the last page. */
  next: z.int().min(1).nullable(),
  /** Events of this site that are kept raw and are not in the rows; they have an export of their own. */
  quarantined: z.int().min(0),
});

export type ExportPage = z.infer<typeof exportPageSchema>;

export const quarantineRowSchema = quarantinedEventSchema.extend({
  deviceId: z.uuid(),
  participantId: z.uuid(),
  /** Milliseconds since 1970 on the server's clock. */
  receivedAtMs: z.number(),
  /** The event as the box sent it, as canonical JSON. */
  body: z.string(),
});

export const quarantinePageSchema = z.object({
  siteId: z.uuid(),
  generation: z.string().min(1).max(64),
  rows: z.array(quarantineRowSchema),
  /** Ask again with `after` = this; null on the last page. */
  next: z.int().min(1).nullable(),
  /** Events in quarantine; when it changes between two pages, begin again. */
  quarantined: z.int().min(0),
});

export type QuarantinePage = z.infer<typeof quarantinePageSchema>;
