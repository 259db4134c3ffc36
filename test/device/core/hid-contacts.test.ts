import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isClosedIn, movedBy } from '../../../device/core/hid-contacts.ts';

const report = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('the part of a report that a press moved', () => {
  test.each([
    [
      'a bit that goes up',
      [report(0x7f, 0)],
      [report(0x7f, 4), report(0x7f, 0)],
      { byte: 1, mask: 4, value: 4 },
    ],
    ['a bit that goes down', [report(255)], [report(0xfb), report(255)], { byte: 0, mask: 4, value: 0 }],
    [
      'a stick wired as a button',
      [report(0x7f)],
      [report(0), report(0x7f)],
      { byte: 0, mask: 0x7f, value: 0 },
    ],
    [
      'a bit, not the force that goes with it',
      [report(0, 0)],
      [report(9, 1), report(0, 0)],
      { byte: 1, mask: 1, value: 1 },
    ],
    [
      'what a device that speaks only of changes lets go of',
      [],
      [report(0, 8), report(0, 0)],
      { byte: 1, mask: 8, value: 8 },
    ],
    [
      'a bit, though a stick trembles',
      [report(0x7e, 0), report(0x7f, 0), report(0x80, 0)],
      [report(0x7f, 0), report(0x7e, 2), report(0x80, 0)],
      { byte: 1, mask: 2, value: 2 },
    ],
    ['nothing yet: it only trembled', [report(0x7e), report(0x7f)], [report(0x7e), report(0x7f)], undefined],
    ['nothing yet: one report of a silent device', [], [report(0, 8)], undefined],
    ['nothing: no report at all', [], [], undefined],
  ])('is %s', (_, before, during, moved) => {
    expect(movedBy(before, during)).toEqual(moved);
  });

  test('is closed in the pressed report and open at rest, whatever the device', () => {
    const bytes = fc.uint8Array({ minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 2 }), fc.nat({ max: 7 }), (rest, byte, bit) => {
        const pressed = Uint8Array.from(rest, (value, at) => (at === byte ? value ^ (1 << bit) : value));
        const moved = movedBy([rest], [pressed, rest])!;
        expect([isClosedIn(pressed, moved), isClosedIn(rest, moved)]).toEqual([true, false]);
      }),
    );
  });

  test('is unknown in a report too short for it', () => {
    expect(isClosedIn(report(1), { byte: 3, mask: 1, value: 1 })).toBeUndefined();
  });
});
