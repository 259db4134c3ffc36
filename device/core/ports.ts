/**
 * What the core and the loop need from the outside world, each as small as its consumer allows.
 * Adapters implement these; no adapter calls another adapter.
 */
import type { Emotion, PerEmotion } from '../../models/emotions.ts';
import type { ChainValue } from '../../sync-server/protocol/chain-value.ts';
import type { EventStamp, JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';
import type { Position } from '../../sync-server/protocol/position.ts';
import type { ContactChange } from './press-filter.ts';

export type ButtonId = string;
export type SongId = string;

/** Time on this machine. `monotonicMs` is CLOCK_MONOTONIC, so it is the same clock in every process of the box. */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
  clockState(): EventStamp['clockState'];
}

/** A physical or on-screen change of one button. */
export interface ButtonEdge {
  readonly button: ButtonId;
  readonly isDown: boolean;
  /** When it happened, `Clock.monotonicMs`. */
  readonly atMs: number;
}

/** Why a touch of a button was no press; the rules are in `press-filter.ts`. */
export type IgnoredReason = 'tooShort' | 'tooSoon' | 'together';

/** What a source of edges has to say besides them. */
export type ButtonNotice =
  | {
      readonly kind: 'ignored';
      readonly button: ButtonId;
      readonly reason: IgnoredReason;
      readonly atMs: number;
    }
  /** Down for longer than anybody presses: it counts as let go until it opens again (`freed`). */
  | { readonly kind: 'stuck' | 'freed'; readonly button: ButtonId; readonly atMs: number };

/** What every kind of button is to the box, on a wire or on the page: contacts that close and open, bounces and all. */
export interface ContactSource {
  /** One listener, told of every change; set before the first can come. */
  onChange(listener: (change: ContactChange) => void): void;
  close(): Promise<void>;
}

/** The box's buttons, free of bounces and of touches that are no presses. */
export interface Buttons {
  onEdge(listener: (edge: ButtonEdge) => void): void;
  onNotice?(listener: (notice: ButtonNotice) => void): void;
  close(): Promise<void>;
}

/**
 * off: dark; ready: dim, the box waits; glow: steady, this button was heard;
 * confirm: brighter for a moment, the press is safe on disk; resting: slow breathing, no sound now;
 * degraded: slow alternate, something is missing. None changes faster than once a second.
 */
export type LampPattern = 'off' | 'ready' | 'glow' | 'confirm' | 'resting' | 'degraded';

export interface Lamps {
  show(button: ButtonId, pattern: LampPattern): void;
}

/** A song as the player needs it. */
export interface Track {
  readonly songId: SongId;
  readonly path: string;
  readonly durationMs: number;
  /** Loudness correction for this song, <= 0 for loud songs. */
  readonly gainDb: number;
}

export type PlayerEvent =
  | { readonly kind: 'soundReady'; readonly sink: string }
  | { readonly kind: 'soundLost'; readonly reason: string }
  /** First sample of the song was handed to the sink at `atMs`; `wasAhead` says its head was decoded ahead. */
  | {
      readonly kind: 'songStarted';
      readonly playId: number;
      readonly atMs: number;
      readonly wasAhead: boolean;
    }
  | { readonly kind: 'songEnded'; readonly playId: number }
  /** The song itself cannot be played. */
  | { readonly kind: 'songFailed'; readonly playId: number; readonly reason: string }
  /** Nothing wrong with the song: there was no sound to play it with, and now it would come too late. */
  | { readonly kind: 'songMissed'; readonly playId: number; readonly reason: string };

/** Plays one song at a time through one stream that stays open; never throws for a broken song. */
export interface Player {
  /** Decode the first seconds of these songs ahead, so that `play` starts at once. Replaces the earlier list. */
  prepare(tracks: readonly Track[]): void;
  /** Start this song now; a song that plays fades out under it. */
  play(playId: number, track: Track, fadeInMs: number): void;
  stop(fadeOutMs: number): void;
  onEvent(listener: (event: PlayerEvent) => void): void;
  close(): Promise<void>;
}

/** Append-only log on disk. */
export interface Journal {
  /** `atMs` is when it happened (`Clock.monotonicMs`). Resolves once durable (`synchronous=FULL`), with its stamp. */
  append(entry: JournalEntry, atMs: number): Promise<EventStamp>;
}

/** An event on its way to the server, with the journal's chain just before it; see journal-chain.ts. */
export interface PendingEvent {
  readonly event: JournalEvent;
  readonly chainBefore: ChainValue;
}

/** The run of events the box holds of one epoch, both ends included. */
export interface LocalEpoch {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The last event of it that was acknowledged; 0 for none. */
  readonly ackedSeq: number;
  /** Another card writes this epoch too; its events are set aside at the server, which has another history in their places. */
  readonly isForked: boolean;
}

/** What the uplink needs of the journal: its unacknowledged tail. Each call but `acknowledge` is durable before it resolves. */
export interface Outbox {
  /** The oldest events not yet acknowledged, in order. */
  pending(limit: number): Promise<readonly PendingEvent[]>;
  /**
   * All events up to and including this one are safe at the server, as it said at `serverMs` on its clock. Never moves
   * back, but that a power cut may take back the last ones: the events are sent again, and acknowledged again.
   */
  acknowledge(through: Position, serverMs?: number): Promise<void>;
  /**
   * Everything after `to` counts as unsent again (undefined: nothing does), and `generation` is the server's history
   * from now on. Never moves forward; resolves with whether it moved back.
   */
  rewind(to: Position | undefined, generation: string): Promise<boolean>;
  /** Generation of the server that acknowledged last; undefined before the first. */
  generation(): Promise<string | undefined>;
  /** The journal's chain after each of these events; undefined for those the box does not hold. */
  chainsAfter(events: readonly Position[]): Promise<readonly (ChainValue | undefined)[]>;
  /** What the box holds, by epoch. */
  epochs(): Promise<readonly LocalEpoch[]>;
  /**
   * Marks the epoch `insteadOf` as forked and, if the box writes in it, goes on in a new one, not below `atLeast`, that
   * begins with `journalForked`. Everything held counts as unsent again: what an earlier database of the server
   * acknowledged, another card may have taken the place of. Resolves with the epoch the box writes in now; undefined
   * when it knew of the fork before, and then nothing changes.
   */
  beginEpoch(parts: { readonly insteadOf: number; readonly atLeast: number }): Promise<number | undefined>;
}

/** A song of the library, heard and ready to play. */
export interface LibrarySong extends Track {
  readonly title: string;
  readonly loudnessLufs: number;
  /** Which definition of the features `features` follows. */
  readonly featureVersion: string;
  readonly features: readonly number[];
  /** The emotion its MOOD tag names, if it names one. */
  readonly mood?: Emotion;
}

/** A file that is not played, and why, in words a caregiver understands. */
export interface RefusedFile {
  readonly path: string;
  readonly reason: string;
  readonly hint: string;
}

/** The song chosen ahead for a button's emotion. */
export interface ChosenSong {
  readonly track: Track;
  readonly predicted: PerEmotion;
  /** Probability with which the policy chose it. */
  readonly propensity: number;
}

/** What the child's model can be asked and told. Both take milliseconds and run on the loop's thread. */
export interface Learner {
  /** P(emotion | song) for each song, in the order given. */
  predict(songs: readonly LibrarySong[]): readonly PerEmotion[];
  /** Learn that the child called this song this emotion; `learntFrom` is the journal's event that says so. */
  learn(press: {
    readonly song: LibrarySong;
    readonly emotion: Emotion;
    readonly learntFrom: Pick<EventStamp, 'epoch' | 'seq'>;
  }): void;
  /** How many presses the model has learnt from. */
  pressCount(): number;
}
