/**
 * The state of the box as the loop publishes it, and what of it goes to the pages.
 * Instants of the box's monotonic clock become durations, because a browser has another clock.
 */
import type { Emotion } from '../../models/emotions.ts';
import type { SongId } from '../core/ports.ts';
import type { FeedKind, PageStatus } from './panel-protocol.ts';

/** Recent lines a page is sent; it shows fewer. */
const FEED_LINES_MAX = 12;

/** What the box tells its pages. Every `...AtMs` is `Clock.monotonicMs`. */
export interface PanelStatus {
  /** Absent while idle. */
  readonly playing?: {
    readonly songId: SongId;
    readonly title: string;
    /** The emotion the child asked for. */
    readonly emotion: Emotion;
    /** When the song's first sample was due. */
    readonly startedAtMs: number;
    readonly durationMs: number;
    readonly gainDb: number;
  };
  /** Name of the sound output; absent while there is none. */
  readonly sink?: string;
  readonly pressesLearnt: number;
  readonly sync: { readonly pendingEvents: number; readonly lastSyncedAtMs?: number };
  /** While new songs are being heard; `secondsLeft` once it can be told. */
  readonly library?: { readonly done: number; readonly total: number; readonly secondsLeft?: number };
  /** Sentences for people: what is missing and what to do. */
  readonly faults: readonly string[];
  /** Newest first; lines past the first dozen are not sent. */
  readonly feed: readonly { readonly kind: FeedKind; readonly text: string; readonly atMs: number }[];
}

/** What a page is told before the loop has published anything. */
export const EMPTY_STATUS: PanelStatus = {
  pressesLearnt: 0,
  sync: { pendingEvents: 0 },
  faults: [],
  feed: [],
};

/** The status as a page gets it at `nowMs` of the box's monotonic clock. */
export function statusForPage(status: PanelStatus, nowMs: number): PageStatus {
  const { playing, sink, sync, library } = status;
  return {
    ...(playing && { playing: songForPage(playing, nowMs) }),
    ...(sink !== undefined && { sink }),
    pressesLearnt: status.pressesLearnt,
    sync: {
      pendingEvents: sync.pendingEvents,
      ...(sync.lastSyncedAtMs !== undefined && { syncedAgoMs: elapsedMs(sync.lastSyncedAtMs, nowMs) }),
    },
    ...(library && { library: scanForPage(library) }),
    faults: status.faults,
    feed: status.feed
      .slice(0, FEED_LINES_MAX)
      .map(({ kind, text, atMs }) => ({ kind, text, agoMs: elapsedMs(atMs, nowMs) })),
  };
}

function songForPage(
  playing: NonNullable<PanelStatus['playing']>,
  nowMs: number,
): PageStatus['playing'] & {} {
  const { songId, title, emotion, durationMs, gainDb } = playing;
  const positionMs = Math.min(durationMs, elapsedMs(playing.startedAtMs, nowMs));
  return { songId, title, emotion, durationMs, positionMs, gainDb };
}

/** Only the numbers: the name of the file is nobody's business but the terminal's. */
function scanForPage({
  done,
  total,
  secondsLeft,
}: NonNullable<PanelStatus['library']>): PageStatus['library'] & {} {
  return { done, total, ...(secondsLeft !== undefined && { secondsLeft }) };
}

function elapsedMs(sinceMs: number, nowMs: number): number {
  return Math.max(0, nowMs - sinceMs);
}
