/** What the doctor says of one thing it looked at. Plain words; never a secret, a title or a name of a child. */

/**
 * good: nothing to do; look: works, but somebody should see to it; broken: the child or the record is worse off now;
 * notHere: this machine has no such thing, or nobody asked for it.
 */
export type Verdict = 'good' | 'look' | 'broken' | 'notHere';

/** One lamp of the box stands for each, in this order. */
export const GROUPS = ['power', 'hands', 'sound', 'record'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_WORDS: Readonly<Record<Group, string>> = {
  power: 'Computer, power and disk',
  hands: 'Buttons and lamps',
  sound: 'Sound',
  record: 'Database and server',
};

export interface Judgement {
  readonly verdict: Verdict;
  /** A clause: what is there. */
  readonly found: string;
  /** What to do, as a sentence that can also be spoken. */
  readonly hint?: string;
  /** What to type for it, or which file or page it is about; shown one to a line, never spoken. */
  readonly commands?: readonly string[];
}

export interface Finding extends Judgement {
  readonly group: Group;
  /** One or two words. */
  readonly check: string;
}

/** Worse first. */
const GRAVITY: readonly Verdict[] = ['broken', 'look', 'good', 'notHere'];

/** The gravest of these; of none, `notHere`. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return GRAVITY.find((verdict) => verdicts.includes(verdict)) ?? 'notHere';
}

export function good(found: string): Judgement {
  return { verdict: 'good', found };
}

export function notHere(found: string): Judgement {
  return { verdict: 'notHere', found };
}

export function look(found: string, hint: string, ...commands: readonly string[]): Judgement {
  return { verdict: 'look', found, hint, commands };
}

export function broken(found: string, hint: string, ...commands: readonly string[]): Judgement {
  return { verdict: 'broken', found, hint, commands };
}
