/** Gathers what the box knows about itself into the status its page shows. */
import { type Announcement, FAULT_SENTENCES } from './announcements.ts';
import type { KioskState } from './core/kiosk-state.ts';
import type { FeedKind } from './panel/panel-protocol.ts';
import type { PanelStatus } from './panel/panel-status.ts';

/** As many recent lines as a page is sent. */
const FEED_LINES = 12;

const FEED_KINDS: ReadonlySet<string> = new Set<FeedKind>([
  'pressed',
  'playing',
  'learnt',
  'synced',
  'fault',
]);

export interface StatusBoard {
  /** Nothing that was pressed, played or learnt is shown any more. */
  forgetChild(): void;
  note(announcement: Announcement, atMs: number): void;
  update(changes: {
    readonly state?: KioskState;
    readonly pressesLearnt?: number;
    readonly pendingEvents?: number;
    readonly lastSyncedAtMs?: number;
    /** Faults the kiosk does not know of, such as of the library. */
    readonly otherFaults?: readonly string[];
    /** What only a person can put right between the box and its server; undefined changes nothing. */
    readonly serverFaults?: readonly string[] | undefined;
    /** How far the scan of the music folder is; `done` when none is under way. */
    readonly library?: NonNullable<PanelStatus['library']> | 'done';
  }): void;
}

/** `publish` is told the whole status after each change. */
export function createStatusBoard(
  titleOf: (songId: string) => string,
  publish: (status: PanelStatus) => void,
): StatusBoard {
  let state: KioskState | undefined;
  let sink: string | undefined;
  let pressesLearnt = 0;
  let pendingEvents = 0;
  let lastSyncedAtMs: number | undefined;
  let otherFaults: readonly string[] = [];
  let serverFaults: readonly string[] = [];
  let library: PanelStatus['library'];
  let feed: PanelStatus['feed'] = [];

  function status(): PanelStatus {
    const activity = state?.activity;
    return {
      ...(activity?.kind === 'playing' && {
        playing: {
          songId: activity.chosen.track.songId,
          title: titleOf(activity.chosen.track.songId),
          emotion: activity.emotion,
          startedAtMs: activity.startedAtMs,
          durationMs: activity.chosen.track.durationMs,
          gainDb: activity.chosen.track.gainDb,
        },
      }),
      ...(sink !== undefined && !state?.faults.includes('noSound') && { sink }),
      pressesLearnt,
      sync: { pendingEvents, ...(lastSyncedAtMs !== undefined && { lastSyncedAtMs }) },
      ...(library !== undefined && { library }),
      faults: [
        ...(state?.faults ?? []).map((fault) => FAULT_SENTENCES[fault]),
        ...otherFaults,
        ...serverFaults,
      ],
      feed,
    };
  }

  return {
    forgetChild() {
      pressesLearnt = 0;
      pendingEvents = 0;
      feed = [];
      publish(status());
    },
    note(announcement, atMs) {
      const { sink: opened } = announcement.fields;
      if (typeof opened === 'string') sink = opened;
      if (FEED_KINDS.has(announcement.kind)) {
        const kind = announcement.kind as FeedKind;
        const text = kind === 'fault' ? announcement.text : `${capitalised(kind)} ${announcement.text}`;
        const line = { kind, text, atMs };
        feed = [line, ...feed].slice(0, FEED_LINES);
      }
      publish(status());
    },
    update(changes) {
      state = changes.state ?? state;
      pressesLearnt = changes.pressesLearnt ?? pressesLearnt;
      pendingEvents = changes.pendingEvents ?? pendingEvents;
      lastSyncedAtMs = changes.lastSyncedAtMs ?? lastSyncedAtMs;
      otherFaults = changes.otherFaults ?? otherFaults;
      serverFaults = changes.serverFaults ?? serverFaults;
      if (changes.library !== undefined) {
        library = changes.library === 'done' ? undefined : changes.library;
      }
      publish(status());
    },
  };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
