/**
 * What happens in a world, as data: fast-check draws it, a failing one shrinks to the few things that matter.
 */
import fc from 'fast-check';
import { MISHAPS, type Mishap } from './gate.ts';
import { FAULTS, type Fault } from './network.ts';

/** 0 and 1 are enrolled from the start; 2 is there once somebody copied the card of 0. */
export type BoxNumber = 0 | 1 | 2;

/** Where a box's wall clock stands: a Pi has none of its own. */
export const WALL_CLOCKS = ['right', '1970', '9999', 'yesterday', 'nextYear'] as const;

export type WallClock = (typeof WALL_CLOCKS)[number];

export type Happening =
  | { readonly kind: 'pressed'; readonly box: BoxNumber; readonly times: number }
  /** A later version of the box also writes what this server cannot read. */
  | { readonly kind: 'pressedLater'; readonly box: BoxNumber; readonly times: number }
  | { readonly kind: 'kicked'; readonly box: BoxNumber }
  | { readonly kind: 'deadlinesPassed'; readonly count: number }
  | { readonly kind: 'daysPassed'; readonly days: number }
  /** Long enough, with exchanges before and after, that boxes let go of what they sent. */
  | { readonly kind: 'seasonPassed' }
  | { readonly kind: 'boxSwitched'; readonly box: BoxNumber }
  | { readonly kind: 'boxMishap'; readonly box: BoxNumber; readonly mishap: Mishap; readonly at: number }
  | { readonly kind: 'boxClockJumped'; readonly box: BoxNumber; readonly to: WallClock }
  /** As many more processes on the same journal with the same key, all at once. */
  | { readonly kind: 'twinStarted'; readonly box: BoxNumber; readonly count: number }
  | { readonly kind: 'cardCloned' }
  | { readonly kind: 'keyRotated'; readonly box: BoxNumber }
  | { readonly kind: 'revoked'; readonly box: BoxNumber }
  | { readonly kind: 'enrolledAgain'; readonly box: BoxNumber }
  | { readonly kind: 'serverMishap'; readonly mishap: Mishap; readonly at: number }
  | { readonly kind: 'serverRestarted' }
  | { readonly kind: 'serverClockJumped'; readonly byMs: number }
  | { readonly kind: 'serverBackedUp' }
  /** `isTold`: whoever restores the backup says so, or does not think of it. */
  | { readonly kind: 'serverRestored'; readonly isTold: boolean }
  | { readonly kind: 'serverUpgraded' }
  | { readonly kind: 'lateArrived' };

export interface Schedule {
  readonly happenings: readonly Happening[];
  /** One for each exchange, in the order they begin; afterwards all is well. */
  readonly faults: readonly Fault[];
}

const box: fc.Arbitrary<BoxNumber> = fc.constantFrom(0, 0, 0, 1, 2);
const mishap = fc.constantFrom(...MISHAPS);
const at = fc.integer({ min: 1, max: 25 });

const of = <Kind extends Happening['kind']>(
  kind: Kind,
  members: { [Name in Exclude<keyof Extract<Happening, { kind: Kind }>, 'kind'>]: fc.Arbitrary<unknown> },
): fc.Arbitrary<Happening> =>
  fc.record({ kind: fc.constant(kind), ...members }) as unknown as fc.Arbitrary<Happening>;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: of('pressed', { box, times: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: of('pressed', { box, times: fc.integer({ min: 100, max: 700 }) }) },
  { weight: 3, arbitrary: of('pressedLater', { box, times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: of('kicked', { box }) },
  { weight: 10, arbitrary: of('deadlinesPassed', { count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 1, arbitrary: of('daysPassed', { days: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 1, arbitrary: of('seasonPassed', {}) },
  { weight: 2, arbitrary: of('boxSwitched', { box }) },
  { weight: 6, arbitrary: of('boxMishap', { box, mishap, at }) },
  { weight: 2, arbitrary: of('boxClockJumped', { box, to: fc.constantFrom(...WALL_CLOCKS) }) },
  { weight: 2, arbitrary: of('twinStarted', { box, count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: of('cardCloned', {}) },
  { weight: 2, arbitrary: of('keyRotated', { box }) },
  { weight: 1, arbitrary: of('revoked', { box }) },
  { weight: 1, arbitrary: of('enrolledAgain', { box }) },
  { weight: 6, arbitrary: of('serverMishap', { mishap, at }) },
  { weight: 2, arbitrary: of('serverRestarted', {}) },
  { weight: 1, arbitrary: of('serverClockJumped', { byMs: fc.integer({ min: -1e10, max: 1e10 }) }) },
  { weight: 4, arbitrary: of('serverBackedUp', {}) },
  { weight: 3, arbitrary: of('serverRestored', { isTold: fc.boolean() }) },
  { weight: 1, arbitrary: of('serverUpgraded', {}) },
  { weight: 2, arbitrary: of('lateArrived', {}) },
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>('ok') },
  { weight: 2, arbitrary: fc.constantFrom(...FAULTS) },
);

/** Up to 16 happenings and 30 faults. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  happenings: fc.array(happening, { minLength: 3, maxLength: 16 }),
  faults: fc.array(fault, { maxLength: 30 }),
});
