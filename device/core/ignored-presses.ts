/**
 * Gathers touches that were no presses, so that a drumming child costs one write to the card a minute and kind, not
 * one a touch. Pure: time comes in.
 */
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import type { ButtonId, IgnoredReason } from './ports.ts';

/** How long they are gathered from the first one on: a power cut loses at most this much of them. */
export const GATHER_IGNORED_MS = 60_000;

interface Gathered {
  readonly button: ButtonId;
  readonly reason: IgnoredReason;
  readonly count: number;
  readonly firstAtMs: number;
}

export type IgnoredPresses = readonly Gathered[];

/** One more; a timer of GATHER_IGNORED_MS is to be started when there was none before. */
export function gather(
  gathered: IgnoredPresses,
  ignored: { readonly button: ButtonId; readonly reason: IgnoredReason; readonly atMs: number },
): IgnoredPresses {
  const { button, reason, atMs } = ignored;
  const isSame = (one: Gathered): boolean => one.button === button && one.reason === reason;
  if (!gathered.some(isSame)) return [...gathered, { button, reason, count: 1, firstAtMs: atMs }];
  return gathered.map((one) => (isSame(one) ? { ...one, count: one.count + 1 } : one));
}

/** What the journal is told of them, each at the time of its first. */
export function entriesOf(
  gathered: IgnoredPresses,
): readonly { readonly entry: JournalEntry; readonly atMs: number }[] {
  return gathered.map(({ button, reason, count, firstAtMs }) => ({
    entry: { kind: 'pressIgnored', button, reason, count },
    atMs: firstAtMs,
  }));
}
