/**
 * What the page and the box say to each other: one socket, JSON messages with a `kind`.
 * The box trusts nothing a page sends (zod); the page takes only these types from here, so zod never reaches it.
 * No message carries a clock reading: the two sides share no clock, so times travel as durations.
 */
import { z } from 'zod';
import type { Emotion } from '../../models/emotions.ts';
import type { ButtonId, LampPattern, SongId } from '../core/ports.ts';

/** Colours the page has a dome, a light and an ink for, readable in light and dark. */
export const PANEL_COLOURS = ['yellow', 'red', 'blue', 'green', 'orange', 'violet'] as const;

export type PanelColour = (typeof PANEL_COLOURS)[number];

/** Keyboard keys that press a button; as many as a study may have buttons. */
export const PANEL_KEYS = ['1', '2', '3', '4', '5', '6'] as const;

export type PanelKey = (typeof PANEL_KEYS)[number];

/** One on-screen button. */
export interface PanelButton {
  readonly id: ButtonId;
  /** What adults and screen readers call it, such as `Happy`. */
  readonly label: string;
  readonly emotion: Emotion;
  readonly colour: PanelColour;
  readonly key: PanelKey;
  /** How long it is held before that counts as a press, ms; absent: the first touch counts. */
  readonly acceptMs?: number;
}

/** The four buttons of a box nobody has configured. */
export const DEFAULT_PANEL_BUTTONS: readonly PanelButton[] = [
  { id: 'happy', label: 'Happy', emotion: 'happy', colour: 'yellow', key: '1' },
  { id: 'angry', label: 'Angry', emotion: 'angry', colour: 'red', key: '2' },
  { id: 'sad', label: 'Sad', emotion: 'sad', colour: 'blue', key: '3' },
  { id: 'calm', label: 'Calm', emotion: 'calm', colour: 'green', key: '4' },
];

/** What happened lately, for adults. */
export type FeedKind = 'pressed' | 'playing' | 'learnt' | 'synced' | 'fault';

/** The song that plays, as the page needs it. */
export interface PageSong {
  readonly songId: SongId;
  readonly title: string;
  /** The emotion the child asked for. */
  readonly emotion: Emotion;
  readonly durationMs: number;
  /** Where in the song the box was when it sent this. */
  readonly positionMs: number;
  /** Loudness correction, as on the box. */
  readonly gainDb: number;
}

/** The state of the box as a page shows it. Absent `playing`: idle; absent `sink`: no sound at present. */
export interface PageStatus {
  readonly playing?: PageSong;
  readonly sink?: string;
  readonly pressesLearnt: number;
  readonly sync: {
    readonly pendingEvents: number;
    /** Since the server last had everything; absent: not since the start. */
    readonly syncedAgoMs?: number;
  };
  /** While new songs are being heard. */
  readonly library?: { readonly done: number; readonly total: number; readonly secondsLeft?: number };
  /** Sentences for people: what is missing and what to do. */
  readonly faults: readonly string[];
  /** Newest first. */
  readonly feed: readonly { readonly kind: FeedKind; readonly text: string; readonly agoMs: number }[];
}

/** Box to page. `hello` comes first and whole, so a page that comes back needs no history. */
export type PanelMessage =
  | {
      readonly kind: 'hello';
      readonly buttons: readonly PanelButton[];
      readonly lamps: Readonly<Record<ButtonId, LampPattern>>;
      readonly status: PageStatus;
    }
  | { readonly kind: 'lamp'; readonly button: ButtonId; readonly pattern: LampPattern }
  | { readonly kind: 'status'; readonly status: PageStatus };

const edgeMessageSchema = z.strictObject({
  kind: z.literal('edge'),
  button: z.string().min(1).max(40),
  isDown: z.boolean(),
});

/** Page to box: a button went down or up. */
export type EdgeMessage = z.infer<typeof edgeMessageSchema>;

/** Longest message a page may send, bytes; an edge is under 100. */
export const PAGE_MESSAGE_MAX_BYTES = 1024;

/** Why the box closed a page's socket (RFC 6455, 7.4.1). */
export const CLOSE_CODES = {
  /** The box is stopping. */
  goingAway: 1001,
  /** The page broke the rules above. */
  policy: 1008,
  /** Too many pages are open. */
  tryLater: 1013,
} as const;

/** The message a page sent, or undefined where it is not one. */
export function parsePageMessage(text: string): EdgeMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return edgeMessageSchema.safeParse(value).data;
}
