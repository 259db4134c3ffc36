/** What the page says in words, on the screen for adults and aloud through a screen reader. Pure. */
import type { LampPattern } from '../../core/ports.ts';
import type { PageStatus } from '../panel-protocol.ts';

const LAMP_WORDS: Readonly<Record<LampPattern, string>> = {
  off: 'lamp off',
  ready: 'lamp dim, ready',
  glow: 'lamp on',
  confirm: 'lamp bright, remembered',
  resting: 'lamp breathing slowly, resting',
  degraded: 'lamp uneven, something is missing',
};

export function lampWords(pattern: LampPattern): string {
  return LAMP_WORDS[pattern];
}

/** What to say aloud when the box went from one state to the next; undefined where nothing needs saying. */
export function announcement(before: PageStatus | undefined, after: PageStatus): string | undefined {
  const sentences: string[] = [];
  const { playing } = after;
  if (playing && playing.songId !== before?.playing?.songId) {
    sentences.push(`Playing ${playing.title}, asked for ${playing.emotion}.`);
  }
  if (before?.playing && !playing) sentences.push('The music stopped.');
  if (before && after.pressesLearnt > before.pressesLearnt) {
    sentences.push(asSentence(after.feed.find(({ kind }) => kind === 'learnt')?.text ?? 'Learnt'));
  }
  for (const fault of after.faults) {
    if (!before?.faults.includes(fault)) sentences.push(asSentence(fault));
  }
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

export function learntWords(presses: number): string {
  if (presses === 0) return 'nothing yet';
  return presses === 1 ? 'from 1 press' : `from ${presses} presses`;
}

/** What is going on with the songs while none plays; undefined when all were heard. */
export function libraryWords(library: PageStatus['library']): string | undefined {
  if (library === undefined) return undefined;
  const { done, total, secondsLeft } = library;
  const minutes = secondsLeft === undefined ? undefined : Math.ceil(secondsLeft / 60);
  return `Getting to know your songs: ${done} of ${total}${minutes ? `, about ${minutes} min left` : ''}`;
}

/** `sinceMs` has passed since the status came. */
export function syncWords(sync: PageStatus['sync'], sinceMs: number): string {
  if (sync.pendingEvents > 0) return `${sync.pendingEvents} waiting`;
  return sync.syncedAgoMs === undefined ? 'not yet' : agoWords(sync.syncedAgoMs + sinceMs);
}

/** Coarse on purpose: a line that changes each second draws the eye. */
export function agoWords(agoMs: number): string {
  const minutes = Math.floor(agoMs / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

/** Minutes and seconds, such as `1:05`. */
export function songTime(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
