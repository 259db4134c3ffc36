/**
 * The boxes' journals as the server keeps them: one log a site, one head an epoch, quarantine beside. Part of the store.
 */
import type { SortedEvent } from '../ingest/sort-events.ts';
import type { EventBatch, JournalHead, QuarantinedEvent, QuarantineReason } from '../protocol/event-batch.ts';
import type { ExportRow } from '../protocol/export-page.ts';
import type { Position } from '../protocol/position.ts';
import type { DeviceClocks } from '../protocol/proof.ts';
import type { EnrolledDevice } from './device-registry.ts';

/** What one request tells of a box's clocks; `nonceIssuedAtMs` and `receivedAtMs` bound when it left, on the server's clock. */
export interface SyncPoint extends DeviceClocks {
  readonly nonceIssuedAtMs: number;
  readonly receivedAtMs: number;
}

/** A batch whose events are sorted into readable and not. */
export interface SortedBatch extends Omit<EventBatch, 'protocol' | 'events'> {
  readonly events: readonly SortedEvent[];
  readonly receivedAtMs: number;
  /** Kept with the batch when the proof carried clocks. */
  readonly syncPoint?: SyncPoint;
}

export interface AppendOutcome {
  readonly ackedThrough: Position;
  readonly isBehind: boolean;
  /** Events that are new in the log of the site. */
  readonly stored: number;
  /** Events of this batch that lie in quarantine, also when an earlier copy of the batch put them there. */
  readonly quarantined: readonly QuarantinedEvent[];
  /** Given when events conflicted; see `acknowledgementSchema`. */
  readonly newEpoch?: number;
  readonly downlinkVersion: number;
}

/** An event in quarantine, exactly as it came. */
export interface QuarantineRow extends QuarantinedEvent {
  readonly deviceId: string;
  readonly participantId: string;
  readonly receivedAtMs: number;
  readonly reason: QuarantineReason;
  /** Canonical JSON. */
  readonly body: string;
}

/** A start of a box, as its journal's `booted` event tells it. */
export interface BootStart extends Position {
  readonly bootId: string;
  /** What the boot's monotonic clock showed. */
  readonly monotonicMs: number;
}

export interface EventLog {
  /** Random id of this database's history. */
  generation(): Promise<string>;
  /** A new generation: whoever restores a backup says so with this, and readers begin again. */
  renewGeneration(): Promise<string>;

  /** The last event of every epoch of this box, by epoch. */
  heads(device: EnrolledDevice): Promise<readonly JournalHead[]>;
  /**
   * Stores what is new and moves the epoch's head, in one transaction; ingest/place-batch.ts decides. A batch the server
   * lacks something before stores nothing. Known events are left alone; unreadable events and conflicting ones go to
   * quarantine and count as acknowledged. Of a withdrawn participant nothing is stored and everything is acknowledged.
   */
  append(device: EnrolledDevice, batch: SortedBatch): Promise<AppendOutcome>;

  /** Events of a site with a log number above `afterLog`, by log number. Cost: `limit` rows, whatever the table's size. */
  eventsAfter(siteId: string, afterLog: number, limit: number): Promise<readonly ExportRow[]>;
  quarantineCount(siteId: string): Promise<number>;
  /** Quarantined events of a site in the order (device, epoch, seq, hash of the body), beginning after `after` rows. */
  quarantined(siteId: string, after: number, limit: number): Promise<readonly QuarantineRow[]>;
  /**
   * Reads unreadable events again with `read` (a newer server may understand them): what can be read now moves to the
   * log, with a log number of now. Resolves with how many moved.
   */
  replayQuarantine(read: (body: string, at: Position) => SortedEvent): Promise<number>;

  /** Sync points of these boots, at most one an hour of a boot's running time, the narrowest. */
  syncPoints(siteId: string, deviceId: string, bootIds: readonly string[]): Promise<readonly SyncPoint[]>;
  /** The box's starts in the order of its journal. Cost: one row a start. */
  bootStarts(siteId: string, deviceId: string): Promise<readonly BootStart[]>;
}
