/** Journal events for tests: valid, small, and different from each other. */
import type { JournalEntry, JournalEvent } from '../../sync-server/protocol/journal-event.ts';

export const BOOT_ID = '6f1c2b9e-5a0d-4c3b-9f57-0a1b2c3d4e5f';
export const SONG_ID = '0123456789abcdef0123456789abcdef';

/** An event at (epoch, seq); `entry` defaults to a scan whose count of songs is the seq. */
export function journalEvent(
  epoch: number,
  seq: number,
  entry: JournalEntry = { kind: 'libraryScanned', songs: seq, refused: 0 },
  stamp: Partial<JournalEvent['stamp']> = {},
): JournalEvent {
  return {
    stamp: {
      epoch,
      seq,
      bootId: BOOT_ID,
      monotonicMs: seq * 1000,
      wallMs: Date.UTC(2026, 0, 1) + seq * 1000,
      clockState: 'ntp',
      ...stamp,
    },
    entry,
  };
}

/** Events `from` to `to` of one epoch, both included. */
export function journalEvents(epoch: number, from: number, to: number): JournalEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => journalEvent(epoch, from + index));
}
