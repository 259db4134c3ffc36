/** What unknown values must be before anything reads them as numbers, lists or members. */

/** A list of exactly `length` finite numbers. */
export function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));
}

/** The same, none below 0. */
export function isCounts(value: unknown, length: number): value is number[] {
  return isNumbers(value, length) && value.every((x) => x >= 0);
}

/** A whole number from 0 on. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((x) => typeof x === 'string');
}

/** The members of an object, whatever they are; of anything else there are none. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
