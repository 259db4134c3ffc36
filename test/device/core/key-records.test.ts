import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyReader, type KeyRecord, RECORD_BYTES } from '../../../device/core/key-records.ts';

/**
 * Two records as a 64-bit kernel wrote them: KEY_A down and up.
 * python3 -c "import struct; print(b''.join(struct.pack('<qqHHi', 12, 345678, 1, 30, v) for v in (1, 0)).hex())"
 */
const KEY_A = Buffer.from(
  '0c000000000000004e4605000000000001001e00010000000c000000000000004e4605000000000001001e0000000000',
  'hex',
);

function recordsOf(parts: readonly Uint8Array[]): KeyRecord[] {
  const records: KeyRecord[] = [];
  const read = createKeyReader((record) => records.push(record));
  for (const part of parts) read(part);
  return records;
}

test('the kernel’s records are read as it wrote them', () => {
  expect(recordsOf([KEY_A])).toEqual([
    { kind: 'key', code: 30, isDown: true, stampMs: 12_345.678 },
    { kind: 'key', code: 30, isDown: false, stampMs: 12_345.678 },
  ]);
});

test('it does not matter where the stream is cut', () => {
  const cuts = fc.array(fc.nat({ max: 2 * RECORD_BYTES }), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, (places) => {
      const sorted = [0, ...places, KEY_A.length].sort((a, b) => a - b);
      const parts = sorted.slice(1).map((end, at) => KEY_A.subarray(sorted[at], end));
      expect(recordsOf(parts)).toEqual(recordsOf([KEY_A]));
    }),
  );
});
