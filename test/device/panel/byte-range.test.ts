import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseByteRange } from '../../../device/panel/byte-range.ts';

describe('byte range', () => {
  // RFC 9110, 14.1.2, for a file of 10,000 bytes.
  test.each([
    ['bytes=0-499', { kind: 'part', first: 0, last: 499 }],
    ['bytes=500-999', { kind: 'part', first: 500, last: 999 }],
    ['bytes=-500', { kind: 'part', first: 9500, last: 9999 }],
    ['bytes=9500-', { kind: 'part', first: 9500, last: 9999 }],
    ['bytes=9500-20000', { kind: 'part', first: 9500, last: 9999 }],
    ['bytes=-20000', { kind: 'part', first: 0, last: 9999 }],
    ['bytes=10000-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=500-499', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['', { kind: 'whole' }],
    [undefined, { kind: 'whole' }],
  ])('%s of 10,000 bytes', (header, range) => {
    expect(parseByteRange(header, 10_000)).toEqual(range);
  });

  test('of an empty file nothing can be had but the whole', () => {
    expect(parseByteRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
    expect(parseByteRange('bytes=-5', 0)).toEqual({ kind: 'unsatisfiable' });
    expect(parseByteRange(undefined, 0)).toEqual({ kind: 'whole' });
  });

  test('a part always lies within the file', () => {
    const digits = fc.oneof(fc.constant(''), fc.nat(50).map(String), fc.bigInt({ min: 0n }).map(String));
    fc.assert(
      fc.property(digits, digits, fc.nat(40), (from, to, sizeBytes) => {
        const range = parseByteRange(`bytes=${from}-${to}`, sizeBytes);
        if (range.kind !== 'part') return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(sizeBytes);
      }),
    );
  });
});
