/**
 * What a HID report says of the contacts of an arcade encoder or gamepad, and which part of it a press moves. Pure.
 * A contact is one byte of the report, the bits of it that matter, and what they are while the button is pressed.
 */
import type { ButtonId } from './ports.ts';

export interface HidContact {
  readonly button: ButtonId;
  /** Which byte of the report, from 0. */
  readonly byte: number;
  /** Its bits that matter, 1 to 255. */
  readonly mask: number;
  /** Those bits while pressed. */
  readonly value: number;
}

/** Is this contact closed in this report? A report too short for it says nothing: undefined. */
export function isClosedIn(report: Uint8Array, contact: Omit<HidContact, 'button'>): boolean | undefined {
  const byte = report[contact.byte];
  return byte === undefined ? undefined : (byte & contact.mask) === contact.value;
}

/**
 * The part of the report that one press moved. `before`: reports while nobody touched it, none for devices that
 * speak only of changes; then the last of `during` shows it let go again. Bits that change by themselves (sticks that tremble,
 * counters) are left out; a single bit is preferred to a byte, because a byte may belong to a stick or a force.
 * Undefined while nothing has moved yet.
 */
export function movedBy(
  before: readonly Uint8Array[],
  during: readonly Uint8Array[],
): Omit<HidContact, 'button'> | undefined {
  const rest = before.at(-1) ?? during.at(-1);
  if (rest === undefined) return undefined;
  const restless = rest.map((byte, at) =>
    before.reduce((bits, report) => bits | (byte ^ (report[at] ?? byte)), 0),
  );
  const candidates = during
    .filter((report) => report.length === rest.length)
    .flatMap((report) =>
      [...report].flatMap((byte, at) => {
        const mask = (byte ^ rest[at]!) & ~restless[at]! & 0xff;
        return mask === 0 ? [] : [{ byte: at, mask, value: byte & mask }];
      }),
    );
  return candidates.find(({ mask }) => isSingleBit(mask)) ?? candidates[0];
}

function isSingleBit(mask: number): boolean {
  return (mask & (mask - 1)) === 0;
}
