/**
 * Which changes of a button's contact are presses. Pure: time comes in, in monotonic ms; what is due is asked for.
 *
 * | phase    | when                              | becomes  | told                                            |
 * | -------- | --------------------------------- | -------- | ----------------------------------------------- |
 * | open     | closes                            | closing  |                                                 |
 * | open     | closes within `lockOutMs`         | ignored  | ignored: tooSoon                                |
 * | closing  | still closed after `acceptMs`     | counted  | pressed                                         |
 * | closing  | the same, `togetherMs` of another | ignored  | ignored: together                               |
 * | closing  | open for `releaseMs`              | open     | ignored: tooShort                               |
 * | counted  | open for `releaseMs`              | open     | released                                        |
 * | ignored  | open for `releaseMs`              | open     |                                                 |
 * | counted  | closed for `stuckAfterMs`         | open     | released, stuck                                 |
 * | ignored  | closed for `stuckAfterMs`         | open     | stuck                                           |
 * | any      | stuck contacts open for `releaseMs` | same   | freed                                           |
 *
 * The contacts that are stuck are set aside until they all open: the button's other contacts are heard meanwhile.
 * With `acceptMs` 0 a press is told in the very step that saw it: the contact's first touch counts, and its bounces,
 * being shorter than `releaseMs`, are part of the same press. A bounce is never an ignored press.
 */
import type { ButtonEdge, ButtonId, ButtonNotice } from './ports.ts';

/** How one button is to be understood; all in ms. */
export interface PressRules {
  /** Held at least this long before it counts; what it costs is that the answer comes this much later. */
  readonly acceptMs: number;
  /** Open at least this long before it is let go; longer than switches bounce. */
  readonly releaseMs: number;
  /** A touch this soon after the same button was let go does not count. */
  readonly lockOutMs: number;
  /** Closed this long, nobody is pressing: it is stuck, or something lies on it. */
  readonly stuckAfterMs: number;
}

export const DEFAULT_PRESS_RULES: PressRules = {
  acceptMs: 0,
  // Ganssle, A Guide to Debouncing (2008): 1.6 ms mean over 18 switches, 6.2 ms at worst but one.
  releaseMs: 25,
  lockOutMs: 0,
  stuckAfterMs: 60_000,
};

/** Touches of two buttons this close are one hand on both; a finger cannot go from one to the other so fast. */
export const DEFAULT_TOGETHER_MS = 100;

export interface PressFilterSettings {
  readonly togetherMs: number;
  readonly buttons: Readonly<Record<ButtonId, PressRules>>;
}

/** A contact closed or opened, or seemed to. */
export interface ContactChange {
  readonly button: ButtonId;
  /** Which of the button's contacts: a button is down while any of them is closed. */
  readonly contact: string;
  readonly isClosed: boolean;
  readonly atMs: number;
  /** It was found closed, not seen to close: nobody pressed it. */
  readonly wasFound?: boolean;
}

interface ButtonContact {
  readonly phase: 'open' | 'closing' | 'counted' | 'ignored';
  /** The contacts that are closed, but for those that are stuck. */
  readonly closed: readonly string[];
  /** The first touch of this press. */
  readonly touchedAtMs: number;
  /** When the button last went from closed to open or back. */
  readonly changedAtMs: number;
  /** The end of its last counted press. */
  readonly letGoAtMs: number;
  /** The contacts set aside, those of them still closed, and when these last went from any to none or back. */
  readonly stuck?: {
    readonly contacts: readonly string[];
    readonly closed: readonly string[];
    readonly changedAtMs: number;
  };
}

export interface PressFilterState {
  readonly settings: PressFilterSettings;
  readonly buttons: Readonly<Record<ButtonId, ButtonContact>>;
  readonly lastCounted: { readonly button: ButtonId; readonly touchedAtMs: number } | undefined;
  /** The latest time it was told of; time never goes back. */
  readonly nowMs: number;
}

/** What it tells: a press at its first touch, a release when the contact opened, and what was not a press. */
export type PressVerdict = ({ readonly kind: 'edge' } & ButtonEdge) | ButtonNotice;

export type Filtered = readonly [state: PressFilterState, verdicts: readonly PressVerdict[]];

export function createPressFilter(settings: PressFilterSettings): PressFilterState {
  const open: ButtonContact = {
    phase: 'open',
    closed: [],
    touchedAtMs: 0,
    changedAtMs: 0,
    letGoAtMs: Number.NEGATIVE_INFINITY,
  };
  const buttons = Object.fromEntries(Object.keys(settings.buttons).map((id) => [id, open]));
  return { settings, buttons, lastCounted: undefined, nowMs: Number.NEGATIVE_INFINITY };
}

/** A contact changed: first all that fell due before it, then the change. Unknown buttons change nothing. */
export function contactChanged(before: PressFilterState, change: ContactChange): Filtered {
  const [state, verdicts] = timePassed(before, change.atMs);
  const button = state.buttons[change.button];
  if (button === undefined) return [state, verdicts];
  const atMs = state.nowMs;
  if (button.stuck?.contacts.includes(change.contact)) {
    const stillClosed = closedAfter(button.stuck.closed, change);
    const isSame = stillClosed.length > 0 === button.stuck.closed.length > 0;
    const stuck = {
      ...button.stuck,
      closed: stillClosed,
      changedAtMs: isSame ? button.stuck.changedAtMs : atMs,
    };
    return [withButton(state, change.button, { ...button, stuck }), verdicts];
  }
  const closed = closedAfter(button.closed, change);
  const changed = { ...button, closed };
  if (closed.length > 0 === button.closed.length > 0) {
    return [withButton(state, change.button, changed), verdicts];
  }
  const [touched, ignored] = touchOrLeave({ ...changed, changedAtMs: atMs }, state, change, atMs);
  const [settled, due] = timePassed(withButton(state, change.button, touched), atMs);
  return [settled, [...verdicts, ...ignored, ...due]];
}

/** Time went on: what fell due meanwhile, each at its own time, in order. Call it at `nextDueMs`. */
export function timePassed(before: PressFilterState, nowMs: number): Filtered {
  let state: PressFilterState = { ...before, nowMs: Math.max(before.nowMs, nowMs) };
  const verdicts: PressVerdict[] = [];
  for (let next = earliestDue(state); next !== undefined; next = earliestDue(state)) {
    if (next.atMs > state.nowMs) break;
    const [after, told] = fallDue(state, next);
    state = after;
    verdicts.push(...told);
  }
  return [state, verdicts];
}

/** When `timePassed` will next have something to do, monotonic ms; undefined while every button rests. */
export function nextDueMs(state: PressFilterState): number | undefined {
  return earliestDue(state)?.atMs;
}

function closedAfter(closed: readonly string[], { contact, isClosed }: ContactChange): readonly string[] {
  const others = closed.filter((each) => each !== contact);
  return isClosed ? [...others, contact] : others;
}

function touchOrLeave(
  button: ButtonContact,
  state: PressFilterState,
  change: ContactChange,
  atMs: number,
): readonly [ButtonContact, readonly PressVerdict[]] {
  if (button.phase !== 'open' || button.closed.length === 0) return [button, []];
  const touched = { ...button, touchedAtMs: atMs };
  if (change.wasFound === true) return [{ ...touched, phase: 'ignored' }, []];
  const { lockOutMs } = state.settings.buttons[change.button]!;
  if (atMs - button.letGoAtMs < lockOutMs) {
    return [{ ...touched, phase: 'ignored' }, [ignoredPress(change.button, 'tooSoon', atMs)]];
  }
  return [{ ...touched, phase: 'closing' }, []];
}

interface Due {
  readonly button: ButtonId;
  readonly what: 'counts' | 'letGo' | 'isStuck' | 'isFree';
  readonly atMs: number;
}

function earliestDue(state: PressFilterState): Due | undefined {
  let earliest: Due | undefined;
  for (const [id, button] of Object.entries(state.buttons)) {
    const rules = state.settings.buttons[id]!;
    for (const due of [dueOf(id, button, rules), freeDueOf(id, button, rules)]) {
      if (due !== undefined && (earliest === undefined || due.atMs < earliest.atMs)) earliest = due;
    }
  }
  return earliest;
}

function dueOf(id: ButtonId, button: ButtonContact, rules: PressRules): Due | undefined {
  const { phase, touchedAtMs, changedAtMs } = button;
  if (phase === 'open') return undefined;
  if (button.closed.length === 0) return { button: id, what: 'letGo', atMs: changedAtMs + rules.releaseMs };
  if (phase === 'closing') return { button: id, what: 'counts', atMs: touchedAtMs + rules.acceptMs };
  return { button: id, what: 'isStuck', atMs: touchedAtMs + rules.stuckAfterMs };
}

function freeDueOf(id: ButtonId, { stuck }: ButtonContact, { releaseMs }: PressRules): Due | undefined {
  if (stuck === undefined || stuck.closed.length > 0) return undefined;
  return { button: id, what: 'isFree', atMs: stuck.changedAtMs + releaseMs };
}

function fallDue(state: PressFilterState, { button: id, what, atMs }: Due): Filtered {
  const button = state.buttons[id]!;
  const { phase, touchedAtMs, changedAtMs } = button;
  switch (what) {
    case 'counts': {
      if (isTogether(state, id, touchedAtMs)) {
        const ignored = withButton(state, id, { ...button, phase: 'ignored' });
        return [ignored, [ignoredPress(id, 'together', touchedAtMs)]];
      }
      const counted = withButton(state, id, { ...button, phase: 'counted' });
      return [{ ...counted, lastCounted: { button: id, touchedAtMs } }, [edge(id, true, touchedAtMs)]];
    }
    case 'letGo': {
      const letGoAtMs = phase === 'counted' ? changedAtMs : button.letGoAtMs;
      const open = withButton(state, id, { ...button, phase: 'open', letGoAtMs });
      if (phase === 'counted') return [open, [edge(id, false, changedAtMs)]];
      return [open, phase === 'closing' ? [ignoredPress(id, 'tooShort', touchedAtMs)] : []];
    }
    case 'isStuck': {
      const { stuck, closed } = button;
      const after: ButtonContact = {
        ...button,
        phase: 'open',
        closed: [],
        letGoAtMs: atMs,
        stuck: {
          contacts: [...(stuck?.contacts ?? []), ...closed],
          closed: [...(stuck?.closed ?? []), ...closed],
          changedAtMs: atMs,
        },
      };
      const told: PressVerdict = { kind: 'stuck', button: id, atMs };
      return [withButton(state, id, after), phase === 'counted' ? [edge(id, false, atMs), told] : [told]];
    }
    case 'isFree': {
      const { stuck, ...free } = button;
      return [withButton(state, id, free), [{ kind: 'freed', button: id, atMs: stuck!.changedAtMs }]];
    }
  }
}

function isTogether(state: PressFilterState, id: ButtonId, touchedAtMs: number): boolean {
  const { lastCounted, settings } = state;
  if (lastCounted === undefined || lastCounted.button === id) return false;
  return Math.abs(touchedAtMs - lastCounted.touchedAtMs) < settings.togetherMs;
}

function withButton(state: PressFilterState, id: ButtonId, button: ButtonContact): PressFilterState {
  return { ...state, buttons: { ...state.buttons, [id]: button } };
}

function edge(button: ButtonId, isDown: boolean, atMs: number): PressVerdict {
  return { kind: 'edge', button, isDown, atMs };
}

function ignoredPress(
  button: ButtonId,
  reason: 'tooShort' | 'tooSoon' | 'together',
  atMs: number,
): PressVerdict {
  return { kind: 'ignored', button, reason, atMs };
}
