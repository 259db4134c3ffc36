/**
 * What the server needs of a database. One contract suite runs on every adapter.
 * A promise that resolves means: durably committed. One that rejects with `StoreUnavailableError` means: not now, ask again.
 */
import type { SortedEvent } from '../ingest/sort-events.ts';
import type { EventBatch, QuarantinedEvent } from '../protocol/event-batch.ts';
import type { ExportRow, SitePurpose } from '../protocol/export-page.ts';
import type { Position } from '../protocol/position.ts';

/** The store is locked, full or failing; nothing of the call was kept. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** A place of a study, with its own log of events. */
export interface Site {
  readonly siteId: string;
  readonly purpose: SitePurpose;
}

/** A box and the child it belongs to. */
export interface EnrolledDevice {
  readonly siteId: string;
  readonly deviceId: string;
  readonly participantId: string;
}

/** What an enrolment binds together; secrets come as hashes. */
export interface EnrolmentClaim {
  readonly codeHash: string;
  readonly enrolmentKeyHash: string;
  readonly tokenHash: string;
  /** Used when the code is used for the first time; a repeated claim keeps the first ids. */
  readonly deviceId: string;
  readonly participantId: string;
  readonly atMs: number;
}

export type EnrolmentOutcome =
  | { readonly kind: 'enrolled'; readonly device: EnrolledDevice }
  | { readonly kind: 'codeUnknown' }
  | { readonly kind: 'codeExpired' }
  | { readonly kind: 'codeUsed' };

/** A batch whose events are sorted into readable and not. */
export interface SortedBatch extends Omit<EventBatch, 'protocol' | 'events'> {
  readonly events: readonly SortedEvent[];
  readonly receivedAtMs: number;
}

export interface AppendOutcome {
  readonly ackedThrough: Position;
  /** Events that are new in the log of the site. */
  readonly stored: number;
  /** Events of this batch that lie in quarantine, also when an earlier copy of the batch put them there. */
  readonly quarantined: readonly QuarantinedEvent[];
}

export interface EventStore {
  /** Random id made with the database; another one means another database. */
  generation(): Promise<string>;

  sites(): Promise<readonly Site[]>;
  createSite(site: Site, atMs: number): Promise<void>;

  /** Replaces the site's researcher token. */
  setResearcherToken(siteId: string, tokenHash: string): Promise<void>;
  siteByResearcherToken(tokenHash: string): Promise<(Site & { readonly tokenHash: string }) | undefined>;

  saveEnrolmentCode(code: { siteId: string; codeHash: string; expiresAtMs: number }): Promise<void>;
  /**
   * Uses a code, once. The same code with the same key again gives the same device and replaces its token, so a lost
   * reply can be asked for again until the code expires.
   */
  enrol(claim: EnrolmentClaim): Promise<EnrolmentOutcome>;
  deviceByToken(tokenHash: string): Promise<(EnrolledDevice & { readonly tokenHash: string }) | undefined>;

  /** Everything up to and including this is stored; `JOURNAL_START` before the first event. */
  cursor(device: EnrolledDevice): Promise<Position>;
  /**
   * Stores what is new and moves the cursor, in one transaction. A batch that does not connect stores nothing.
   * Known events are left alone; other content at a known place and unreadable events go to quarantine.
   */
  append(device: EnrolledDevice, batch: SortedBatch): Promise<AppendOutcome>;

  /** Events of a site with a log number above `afterLog`, by log number. Cost: `limit` rows, whatever the table's size. */
  eventsAfter(siteId: string, afterLog: number, limit: number): Promise<readonly ExportRow[]>;
  quarantineCount(siteId: string): Promise<number>;

  close(): Promise<void>;
}
