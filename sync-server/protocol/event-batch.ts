/**
 * A run of journal events on its way to the server, and the acknowledgement that comes back.
 * The envelope names each event's place by itself, so an event nobody can read still has a key and never blocks the queue.
 */
import { z } from 'zod';
import { positionSchema } from './position.ts';
import { MAX_BATCH_EVENTS } from './protocol-limits.ts';

/** 2^52: positions stay exact integers, with room to add a batch to them. */
const MAX_POSITION = 2 ** 52;

export const eventBatchSchema = z.object({
  protocol: z.int().min(1),
  /** What the box believes the server has: nothing of its journal lies between this and the first event. */
  after: positionSchema,
  /** The epoch of every event here. */
  epoch: z.int().min(1).max(MAX_POSITION),
  /** Seq of the first event; the others follow without a gap. */
  firstSeq: z.int().min(1).max(MAX_POSITION),
  /**
   * The box no longer has what should lie between the server's cursor and the first event (a salvaged journal);
   * without this word the server does not acknowledge past a gap.
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

/** Why an event was set aside: nobody could read it, or its place was taken by an event with other content. */
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
  /** Everything up to and including this is safe at the server. */
  ackedThrough: positionSchema,
  /** Names the server's database; another generation is another database, or one restored from a backup. */
  generation: z.string().min(1).max(64),
  /** Events of this batch kept raw beside the others. */
  quarantined: z.array(quarantinedEventSchema).max(MAX_BATCH_EVENTS),
});

export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** Answer to "how far are you?": an acknowledgement of no batch. */
export const cursorAnswerSchema = acknowledgementSchema.omit({ quarantined: true });

export type CursorAnswer = z.infer<typeof cursorAnswerSchema>;
