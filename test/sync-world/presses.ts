/** What the boxes of the world write: presses as this version knows them, and as a later one might. */
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { LATER_KIND } from './world-server.ts';

const SONG_ID = '0123456789abcdef0123456789abcdef';

/** What is pressed, in turn; later versions also say more of what is known and things unknown. */
export function entryFor(pressId: number, language: 'known' | 'later'): JournalEntry {
  const pressed = { pressId, button: 'red', emotion: 'angry' } as const;
  const unanswered: JournalEntry = { kind: 'unanswered', ...pressed, reason: 'resting' };
  if (language === 'known') {
    const selected: JournalEntry = {
      kind: 'selected',
      ...pressed,
      songId: SONG_ID,
      positionMs: 1_234.5,
      predicted: [0.1, 0.2, 0.3, 0.4],
    };
    return pressId % 2 === 0 ? selected : unanswered;
  }
  const later =
    pressId % 2 === 0 ? { ...unanswered, felt: { 'how sure': 0.5 } } : { kind: LATER_KIND, pressId };
  return later as unknown as JournalEntry;
}
