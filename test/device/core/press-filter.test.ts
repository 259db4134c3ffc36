import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Contact,
  contactSeen,
  contactSettled,
  OPEN_CONTACT,
  SETTLE_MS,
} from '../../../device/core/press-filter.ts';

type Seen = readonly [atMs: number, isDown: boolean];

/** What is reported of these changes, with a timer that looks each millisecond for a while afterwards. */
function reports(seen: readonly Seen[]): Seen[] {
  const reported: Seen[] = [];
  let contact: Contact = OPEN_CONTACT;
  const endMs = (seen.at(-1)?.[0] ?? 0) + 3 * SETTLE_MS;
  for (let atMs = 0; atMs <= endMs; atMs++) {
    const settled = contactSettled(contact, atMs);
    contact = settled.contact;
    if (settled.report !== undefined) reported.push([atMs, settled.report]);
    for (const [, isDown] of seen.filter(([at]) => at === atMs)) {
      const filtered = contactSeen(contact, isDown, atMs);
      contact = filtered.contact;
      if (filtered.report !== undefined) reported.push([atMs, filtered.report]);
    }
  }
  return reported;
}

describe('the press filter', () => {
  test('reports a press the moment it is seen', () => {
    expect(reports([[5, true]])).toEqual([[5, true]]);
  });

  test('makes one press of a tap as short as 8 ms', () => {
    expect(reports([[0, true], [8, false]])).toEqual([[0, true], [SETTLE_MS, false]]); // biome-ignore format: a line a case
  });

  test('makes one press of 30 edges in 20 ms', () => {
    const bounces = Array.from({ length: 30 }, (_, i): Seen => [Math.floor((i * 20) / 30), i % 2 === 0]);
    expect(reports([...bounces, [300, true], [320, false]]).filter(([, isDown]) => isDown)).toHaveLength(2);
    expect(reports(bounces).filter(([, isDown]) => isDown)).toHaveLength(1);
  });

  test('keeps two taps that a hand could make apart', () => {
    const taps: Seen[] = [
      [0, true],
      [40, false],
      [90, true],
      [130, false],
    ];
    expect(reports(taps)).toEqual(taps);
  });

  test('always alternates, and ends as the contact ended, whatever the chatter', () => {
    const chatter = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(chatter, (changes) => {
        const seen = [...changes].sort(([a], [b]) => a - b);
        const states = reports(seen).map(([, isDown]) => isDown);
        expect(states).toEqual(states.map((_, i) => i % 2 === 0));
        expect(states.at(-1) ?? false).toBe(seen.at(-1)?.[1] ?? false);
      }),
    );
  });
});
