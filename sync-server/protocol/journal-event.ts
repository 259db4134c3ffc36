/**
 * What the box writes in its journal, event by event, and what the server and the exports therefore know.
 * Shared by the box and the server. Data here never holds a name, a file path or a title.
 */
import { z } from 'zod';
import { EMOTIONS } from '../../models/emotions.ts';

export const emotionSchema = z.enum(EMOTIONS);

/** Content hash of a song: 32 lower-case hex digits. */
export const songIdSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** How far the wall clock can be believed: never set, held at a floor, from the network, or from a clock chip. */
export const clockStateSchema = z.enum(['unset', 'floor', 'ntp', 'rtc']);

const probability = z.number().min(0).max(1);
const probabilities = z.tuple([probability, probability, probability, probability]);
/** Counts presses since the boot, from 1; with the boot id it names one press. */
const pressId = z.int().min(1);
const button = z.string().min(1).max(40);
const positionMs = z.number().min(0);

/** Each kind of event with its own data; the kinds are past tense. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('booted'), appVersion: z.string().max(40) }),
  /** The journal could not be read: it was set aside under this name and a new epoch begun. */
  z.object({ kind: z.literal('journalReplaced'), setAsideAs: z.string().max(100) }),
  /** Another card writes this journal too (its server said so): the events after this lie in a new epoch. */
  z.object({ kind: z.literal('journalForked'), fromEpoch: z.int().min(1) }),
  /** A caregiver's settings from the server were applied; `unknown` names those this version does not know. */
  z.object({
    kind: z.literal('settingsApplied'),
    version: z.int().min(1),
    unknown: z.array(z.string().max(64)).max(50),
  }),
  /** A population model from the server: now in use, not taken (and why), or given up again for the one before. */
  z.object({ kind: z.literal('modelInstalled'), modelId: z.string().max(64) }),
  z.object({ kind: z.literal('modelRefused'), modelId: z.string().max(64), reason: z.string().max(200) }),
  z.object({
    kind: z.literal('modelRolledBack'),
    modelId: z.string().max(64),
    /** Mean prequential log-loss over the same presses, nats: with this model, and with the one before. */
    logLoss: z.number(),
    logLossBefore: z.number(),
    presses: z.int().min(1),
  }),
  z.object({ kind: z.literal('libraryScanned'), songs: z.int().min(0), refused: z.int().min(0) }),
  /** A press while idle: the child asked for an emotion, the box answered with a song. */
  z.object({
    kind: z.literal('requested'),
    pressId,
    button,
    emotion: emotionSchema,
    songId: songIdSchema,
    /** What the child's model gave each emotion for this song when it was chosen. */
    predicted: probabilities,
    /** Probability with which the policy chose this song. */
    propensity: probability,
  }),
  /** The song a request chose could not be played; this one plays in its place. */
  z.object({
    kind: z.literal('replaced'),
    /** The request's. */
    pressId,
    songId: songIdSchema,
    predicted: probabilities,
    propensity: probability,
  }),
  /** A press while a song plays: the child says how this song feels. */
  z.object({
    kind: z.literal('selected'),
    pressId,
    button,
    emotion: emotionSchema,
    songId: songIdSchema,
    positionMs,
    /** What the child's model gave each emotion for this song before this press. */
    predicted: probabilities,
  }),
  /** A press that got light but no sound; the reason says why. */
  z.object({
    kind: z.literal('unanswered'),
    pressId,
    button,
    emotion: emotionSchema,
    reason: z.enum(['noMusic', 'resting', 'notReady']),
  }),
  /** Touches of a button that were no presses, gathered over up to a minute; `stuck` is told once, with count 1. */
  z.object({
    kind: z.literal('pressIgnored'),
    button,
    reason: z.enum(['tooShort', 'tooSoon', 'together', 'stuck']),
    count: z.int().min(1),
  }),
  /** A hold stopped the song; if the hold began as a selection, that selection is withdrawn. */
  z.object({
    kind: z.literal('stopped'),
    button,
    songId: songIdSchema,
    positionMs,
    withdrawnPressId: pressId.optional(),
  }),
  z.object({ kind: z.literal('finished'), songId: songIdSchema, positionMs }),
  z.object({ kind: z.literal('playFailed'), songId: songIdSchema, reason: z.string().max(200) }),
  z.object({ kind: z.literal('soundLost'), reason: z.string().max(200) }),
  z.object({ kind: z.literal('soundRestored'), sink: z.string().max(40) }),
  z.object({ kind: z.literal('shutDown') }),
]);

/** What a part of the box asks to be remembered. */
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/** Where and when an event happened; order is (epoch, seq), never a clock. */
export const eventStampSchema = z.object({
  /** A new epoch begins when a journal is replaced or salvaged. */
  epoch: z.int().min(1),
  /** Dense within an epoch, from 1. */
  seq: z.int().min(1),
  bootId: z.uuid(),
  /** Milliseconds on the box's monotonic clock. */
  monotonicMs: z.number().min(0),
  /** Milliseconds since 1970 on the box's wall clock; may be wrong, see `clockState`. */
  wallMs: z.number(),
  clockState: clockStateSchema,
});

export type EventStamp = z.infer<typeof eventStampSchema>;

/** A stamped entry, as stored in the journal and sent to the server. */
export const journalEventSchema = z.object({ stamp: eventStampSchema, entry: journalEntrySchema });

export type JournalEvent = z.infer<typeof journalEventSchema>;
