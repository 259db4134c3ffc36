/**
 * What counts as a press, drawn. Each row is a button's line over time, 10 ms a sign:
 * `_` let go, `#` pressed down, `x` the contact chatters (six changes within the sign). Below it, what the box makes of it:
 * `P` a press, `R` let go, `s` too short, `n` too soon after the last, `t` together with another, `!` stuck and therefore let go, `f` free again.
 * A verdict stands under the time of the touch or of the letting go it speaks of.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ButtonId } from '../../../device/core/ports.ts';
import {
  type ContactChange,
  contactChanged,
  createPressFilter,
  DEFAULT_PRESS_RULES,
  type Filtered,
  nextDueMs,
  type PressFilterSettings,
  type PressRules,
  type PressVerdict,
  timePassed,
} from '../../../device/core/press-filter.ts';

const MS_PER_SIGN = 10;

function settingsOf(rules: Partial<PressRules>, togetherMs: number, buttons: readonly ButtonId[]) {
  const all = { ...DEFAULT_PRESS_RULES, ...rules };
  return { togetherMs, buttons: Object.fromEntries(buttons.map((button) => [button, all])) };
}

/** Every change in order, with everything that falls due between them and after. */
function verdictsOf(settings: PressFilterSettings, changes: readonly ContactChange[]): PressVerdict[] {
  let state = createPressFilter(settings);
  const verdicts: PressVerdict[] = [];
  const take = ([after, told]: Filtered): void => {
    state = after;
    verdicts.push(...told);
  };
  for (const change of changes) take(contactChanged(state, change));
  for (let due = nextDueMs(state); due !== undefined; due = nextDueMs(state)) take(timePassed(state, due));
  return verdicts;
}

/** The changes a drawn line stands for. */
function changesOf(button: ButtonId, line: string): ContactChange[] {
  const changes: ContactChange[] = [];
  let isClosed = false;
  const become = (next: boolean, atMs: number): void => {
    if (next !== isClosed) changes.push({ button, contact: 'pin', isClosed: next, atMs });
    isClosed = next;
  };
  [...line].forEach((sign, index) => {
    const atMs = index * MS_PER_SIGN;
    if (sign !== 'x') become(sign === '#', atMs);
    else for (let i = 0; i < 6; i++) become(!isClosed, atMs + i * 1.6);
  });
  return changes;
}

const SIGNS = { tooShort: 's', tooSoon: 'n', together: 't' } as const;

function drawn(verdicts: readonly PressVerdict[], button: ButtonId, length: number): string {
  const signs = Array.from({ length }, () => '.');
  for (const verdict of verdicts.filter((each) => each.button === button)) {
    const sign =
      verdict.kind === 'edge'
        ? verdict.isDown
          ? 'P'
          : 'R'
        : verdict.kind === 'ignored'
          ? SIGNS[verdict.reason]
          : { stuck: '!', freed: 'f' }[verdict.kind];
    const at = Math.floor(verdict.atMs / MS_PER_SIGN);
    signs[at] = sign;
  }
  return signs.join('');
}

interface Row {
  readonly what: string;
  readonly rules?: Partial<PressRules>;
  readonly together?: number;
  readonly lines: readonly (readonly [line: string, expected: string])[];
}

// biome-ignore format: the drawings stand one under the other
const GRID: readonly Row[] = [
  { what: 'a plain press', lines: [[
    '__########______',
    '..P.......R.....']] },
  { what: 'a tap as quick as the line can draw', lines: [[
    '__#_____________',
    '..PR............']] },
  { what: 'a contact that chatters when it closes and when it opens: one press', lines: [[
    '__xx######xx____',
    '..P.........R...']] },
  { what: 'a burst of chatter and nothing else: one press', lines: [[
    '__xxx___________',
    '..P.R...........']] },
  { what: 'a finger that trembles while it holds: one press', lines: [[
    '__####_###_####_____',
    '..P............R....']] },
  { what: 'two taps a hand can make: two presses', lines: [[
    '__###____###____',
    '..P..R...P..R...']] },
  { what: 'acceptance time 50 ms: a brush against the button is no press', rules: { acceptMs: 50 }, lines: [[
    '__##______######____',
    '..s.......P.....R...']] },
  { what: 'acceptance time 50 ms: chatter does not begin it anew', rules: { acceptMs: 50 }, lines: [[
    '__#_#_####______',
    '..P.......R.....']] },
  { what: 'acceptance time 50 ms: chatter alone is not enough', rules: { acceptMs: 50 }, lines: [[
    '__xxx___________',
    '..s.............']] },
  { what: 'release time 60 ms: a hand that slips off for a moment still holds', rules: { releaseMs: 60 }, lines: [[
    '__####____####_______',
    '..P...........R......']] },
  { what: 'repeat lock-out 100 ms: a second tap at once does not count, a later one does', rules: { lockOutMs: 100 }, lines: [[
    '__##____##____##____##____',
    '..P.R...n.....P.R...n.....']] },
  { what: 'repeat lock-out 100 ms: holding on does not make an ignored tap count', rules: { lockOutMs: 100 }, lines: [[
    '__##____############____',
    '..P.R...n...............']] },
  { what: 'a flat hand on two buttons: the first one counts', lines: [[
    '__######________',
    '..P.....R.......'], [
    '____######______',
    '....t...........']] },
  { what: 'one button after the other: both count, also while the first is still down', lines: [[
    '__##################____',
    '..P.................R...'], [
    '______________####______',
    '..............P...R.....']] },
  { what: 'together rule off: both count', together: 0, lines: [[
    '__######________',
    '..P.....R.......'], [
    '____######______',
    '....P.....R.....']] },
  { what: 'something lies on a button: let go after the stuck time, heard again once it is free', rules: { stuckAfterMs: 80 }, lines: [[
    '__##############____####____',
    '..P.......!.....f...P...R...']] },
  { what: 'a stuck button does not silence the others', rules: { stuckAfterMs: 80 }, lines: [[
    '__##########################',
    '..P.......!.................'], [
    '________________####________',
    '................P...R.......']] },
];

describe('the press filter, drawn', () => {
  test.each(GRID)('$what', ({ rules = {}, together = 100, lines }) => {
    const buttons = lines.map((_, index) => `button ${index + 1}`);
    const changes = lines
      .flatMap(([line], index) => changesOf(buttons[index]!, line))
      .sort((a, b) => a.atMs - b.atMs);
    const verdicts = verdictsOf(settingsOf(rules, together, buttons), changes);
    expect(lines.map(([line], index) => drawn(verdicts, buttons[index]!, line.length))).toEqual(
      lines.map(([, expected]) => expected),
    );
  });
});

const oneButton = settingsOf({}, 100, ['happy']);
const change = (isClosed: boolean, atMs: number, contact = 'pin'): ContactChange => ({
  button: 'happy',
  contact,
  isClosed,
  atMs,
});

describe('the press filter', () => {
  test('tells a press in the step that saw the touch', () => {
    const [, told] = contactChanged(createPressFilter(oneButton), change(true, 5));
    expect(told).toEqual([{ kind: 'edge', button: 'happy', isDown: true, atMs: 5 }]);
  });

  test('makes exactly one press of a tap of 8 ms', () => {
    expect(verdictsOf(oneButton, [change(true, 0), change(false, 8)])).toEqual([
      { kind: 'edge', button: 'happy', isDown: true, atMs: 0 },
      { kind: 'edge', button: 'happy', isDown: false, atMs: 8 },
    ]);
  });

  test.each([0, 10])(
    'makes exactly one press of 30 edges in 20 ms with acceptance time %i ms',
    (acceptMs) => {
      const bounces = Array.from({ length: 30 }, (_, i) => change(i % 2 === 0, (i * 20) / 30));
      const held = [...bounces, change(true, 20), change(false, 400)];
      const verdicts = verdictsOf(settingsOf({ acceptMs }, 100, ['happy']), held);
      expect(verdicts.map((verdict) => verdict.kind === 'edge' && verdict.isDown)).toEqual([true, false]);
    },
  );

  test('an acceptance time delays the answer by exactly itself', () => {
    let [state, told] = contactChanged(
      createPressFilter(settingsOf({ acceptMs: 40 }, 100, ['happy'])),
      change(true, 5),
    );
    expect([told, nextDueMs(state)]).toEqual([[], 45]);
    [state, told] = timePassed(state, 44.9);
    expect(told).toEqual([]);
    [state, told] = timePassed(state, 45);
    expect(told).toHaveLength(1);
  });

  test('a button with two contacts is down while either is', () => {
    const verdicts = verdictsOf(oneButton, [
      change(true, 0, 'pin'),
      change(true, 100, 'switch box'),
      change(false, 200, 'pin'),
      change(false, 300, 'switch box'),
    ]);
    expect(verdicts.map(({ atMs }) => atMs)).toEqual([0, 300]);
  });

  test('a contact found closed at the start is nobody’s press; it is told when it stays, and heard once it opens', () => {
    const found = { ...change(true, 0), wasFound: true };
    expect(verdictsOf(oneButton, [found])).toEqual([{ kind: 'stuck', button: 'happy', atMs: 60_000 }]);
    const later = [found, change(false, 1000), change(true, 2000), change(false, 2100)];
    expect(verdictsOf(oneButton, later).map(({ atMs }) => atMs)).toEqual([2000, 2100]);
  });

  test('a contact that is stuck does not silence the button’s other contacts', () => {
    const pin = (isClosed: boolean, atMs: number) => ({ ...change(isClosed, atMs), contact: 'pin 17' });
    const cable = (isClosed: boolean, atMs: number) => ({ ...change(isClosed, atMs), contact: 'hidraw0 0' });
    const touches = [
      ...[pin(true, 0), cable(true, 70_000), cable(false, 70_100)],
      // What lies on the pin's switch moves, yet stays.
      ...[pin(false, 80_000), pin(true, 80_010), cable(true, 81_000), cable(false, 81_100)],
      ...[pin(false, 90_000), pin(true, 91_000), pin(false, 91_100)],
    ];
    const words = (verdict: PressVerdict): string =>
      `${verdict.atMs} ${verdict.kind === 'edge' ? (verdict.isDown ? 'down' : 'up') : verdict.kind}`;
    expect(verdictsOf(oneButton, touches).map(words)).toEqual([
      ...['0 down', '60000 up', '60000 stuck'],
      ...['70000 down', '70100 up', '81000 down', '81100 up'],
      ...['90000 freed', '91000 down', '91100 up'],
    ]);
  });

  test('changes that arrive late, all at once, are judged by their own times', () => {
    let state = createPressFilter(settingsOf({ acceptMs: 50 }, 100, ['happy']));
    const told: PressVerdict[] = [];
    for (const late of [change(true, 0), change(false, 20), change(true, 200), change(false, 300)]) {
      const [after, verdicts] = contactChanged(state, late);
      state = after;
      told.push(...verdicts);
    }
    expect(told.map((verdict) => verdict.kind)).toEqual(['ignored', 'edge']);
  });
});

describe('whatever the chatter, the press filter', () => {
  const chatter = fc.array(
    fc.record({
      button: fc.constantFrom('a', 'b', 'unknown'),
      contact: fc.constantFrom('pin', 'hid'),
      isClosed: fc.boolean(),
      atMs: fc.integer({ min: 0, max: 2000 }),
    }),
    { maxLength: 80 },
  );
  const anyRules = fc.record({
    acceptMs: fc.constantFrom(0, 3, 40, 300),
    releaseMs: fc.constantFrom(5, 25, 200),
    lockOutMs: fc.constantFrom(0, 100),
    stuckAfterMs: fc.constantFrom(500, 60_000),
  });
  const cases = [chatter, anyRules, fc.constantFrom(0, 100)] as const;
  const run = (changes: readonly ContactChange[], rules: PressRules, together: number) => {
    const inOrder = [...changes].sort((a, b) => a.atMs - b.atMs);
    return verdictsOf(settingsOf(rules, together, ['a', 'b']), inOrder);
  };

  test('alternates press and release for each button, and leaves nothing pressed for ever', () => {
    fc.assert(
      fc.property(...cases, (changes, rules, together) => {
        const verdicts = run(changes, rules, together);
        for (const button of ['a', 'b']) {
          const downs = verdicts.flatMap((v) => (v.kind === 'edge' && v.button === button ? [v.isDown] : []));
          expect(downs).toEqual(downs.map((_, i) => i % 2 === 0));
          // Whatever is still closed in the end is stuck in the end.
          expect(downs.length % 2).toBe(0);
        }
      }),
    );
  });

  test('never says of one touch both that it counts and that it does not', () => {
    fc.assert(
      fc.property(...cases, (changes, rules, together) => {
        const touches = run(changes, rules, together).flatMap((v) =>
          v.kind === 'ignored' || (v.kind === 'edge' && v.isDown) ? [`${v.button} ${v.atMs}`] : [],
        );
        expect(new Set(touches).size).toBe(touches.length);
      }),
    );
  });
});
