/**
 * A run of journal events on its way to the server, and the acknowledgement that comes back.
 * The envelope names each event's place by itself, so an event nobody can read still has a key and never blocks the queue.
 */
import { z } from 'zod';
import { chainValueSchema, positionSchema } from './place-schemas.ts';
import { MAX_BATCH_EVENTS } from './protocol-limits.ts';

/** 2^52: positions stay exact integers, with room to add a batch to them. */
const MAX_POSITION = 2 ** 52;

export const eventBatchSchema = z.object({
  protocol: z.int().min(1),
  /**
   * The last event before this batch that the server acknowledged, in this epoch or an earlier one; `JOURNAL_START`
   * when there is none. A server that does not have it knows that it lost something (a restored backup).
   */
  after: positionSchema,
  /** The epoch of every event here. */
  epoch: z.int().min(1).max(MAX_POSITION),
  /** Seq of the first event; the others follow without a gap. */
  firstSeq: z.int().min(1).max(MAX_POSITION),
  /** The journal's chain just before the first event; see journal-chain.ts. */
  chainBefore: chainValueSchema,
  /**
   * The box no longer has what should lie between the server's head and the first event (a salvaged journal, or kept
   * longer than it keeps what was sent); without this word the server does not acknowledge past a gap.
   */
  lostBefore: z.boolean().default(false),
  /**
   * Events as `journalEventSchema`; not parsed here, because one bad event must not refuse the others. More than
   * `MAX_BATCH_EVENTS` are too large (413), so that a box halves them.
   */
  events: z.array(z.unknown()).min(1),
});

/** A batch as the server reads it. */
export type EventBatch = z.infer<typeof eventBatchSchema>;

/**
 * Why an event was set aside, raw: nobody could read it; or its place is taken by an event with other content, or it
 * continues a history that is not the one the server has (a cloned card).
 */
export const quarantineReasonSchema = z.enum(['unreadable', 'conflict']);

export type QuarantineReason = z.infer<typeof quarantineReasonSchema>;

export const quarantinedEventSchema = z.object({
  epoch: z.int().min(1),
  seq: z.int().min(1),
  reason: quarantineReasonSchema,
});

export type QuarantinedEvent = z.infer<typeof quarantinedEventSchema>;

/** Sent only after a durable commit. */
export const acknowledgementSchema = z.object({
  /** Everything of the batch's epoch up to and including this is safe at the server, stored or in quarantine. */
  ackedThrough: positionSchema,
  /** The server lacks something before this batch and kept nothing of it; ask for the cursor and begin there. */
  isBehind: z.boolean(),
  /** Names the server's database; another generation is another database, or one restored from a backup. */
  generation: z.string().min(1).max(64),
  /** Events of this batch kept raw beside the others. */
  quarantined: z.array(quarantinedEventSchema).max(MAX_BATCH_EVENTS),
  /**
   * Set when events conflicted: another card writes this journal too. An epoch nobody else was given; the box goes on
   * in it, or in any later one of its own. No upper bound: a box that claims the last epoch there is must
   * be able to read its answer all the same.
   */
  newEpoch: z.int().min(2).optional(),
  /** Rises when something waits for the box at the downlink. */
  downlinkVersion: z.int().min(0),
});

export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** Epochs of one journal a cursor tells of; a box begins a new one only when a card was damaged or cloned. */
export const MAX_HEADS = 1_000;

/** The last event the server has of one epoch. */
export const journalHeadSchema = positionSchema.extend({
  /** The chain after that event; absent when a server that knew no chains took it. Another one is another history. */
  chain: chainValueSchema.optional(),
});

export type JournalHead = Readonly<z.infer<typeof journalHeadSchema>>;

/** Answer to "how far are you?". */
export const cursorAnswerSchema = z.object({
  generation: z.string().min(1).max(64),
  /** The last event of every epoch the server has of this box, by epoch. */
  heads: z.array(journalHeadSchema).max(MAX_HEADS),
  downlinkVersion: z.int().min(0),
});

export type CursorAnswer = z.infer<typeof cursorAnswerSchema>;
