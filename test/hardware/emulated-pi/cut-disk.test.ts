import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../models/population/learners/seeded-random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { CUT_MODELS, type CutModel, createCutDisk } from './cut-disk.ts';
import { cutPoints } from './cut-points.ts';
import { MAGIC, readWriteLog, SECTOR } from './write-log.ts';

/** A request of a log made up for a test: sectors from `at` on filled with one byte each. */
interface MadeUp {
  readonly kind: 'write' | 'flush' | 'discard';
  readonly at: number;
  readonly fill: readonly number[];
  readonly isFua?: boolean;
}

const DISK_SECTORS = 6;

/** The log as QEMU writes it; `count` is what its super block says. */
function writeLog(requests: readonly MadeUp[], count = requests.length): Buffer {
  const sector = (words: readonly (number | bigint)[]): Buffer => {
    const bytes = Buffer.alloc(SECTOR);
    words.forEach((word, at) => {
      bytes.writeBigUInt64LE(BigInt(word), 8 * at);
    });
    return bytes;
  };
  return Buffer.concat([
    sector([MAGIC, 1, count, SECTOR]),
    ...requests.flatMap(({ kind, at, fill, isFua = false }) => [
      sector([at, fill.length, { write: 0, flush: 1, discard: 4 }[kind] + (isFua ? 2 : 0), 0]),
      ...(kind === 'write' ? fill.map((byte) => Buffer.alloc(SECTOR, byte)) : []),
    ]),
  ]);
}

const write = (at: number, ...fill: readonly number[]): MadeUp => ({ kind: 'write', at, fill });
const flush: MadeUp = { kind: 'flush', at: 0, fill: [] };

/** The first byte of each sector of the image at a cut. */
function imageOf(requests: readonly MadeUp[], cut: number, model: CutModel, seed = 1): readonly number[] {
  const path = join(temporaryFolder(), 'image');
  const disk = createCutDisk(Buffer.alloc(DISK_SECTORS * SECTOR), readWriteLog(writeLog(requests)));
  disk.goTo(cut);
  disk.writeImage(path, model, createRandom(seed));
  const bytes = readFileSync(path);
  expect(bytes).toHaveLength(DISK_SECTORS * SECTOR);
  return Array.from({ length: DISK_SECTORS }, (_, sector) => bytes[sector * SECTOR]!);
}

describe('a write log', () => {
  test('is read request by request, each with where the log then ended', () => {
    const log = readWriteLog(writeLog([write(2, 7, 8), flush, { kind: 'discard', at: 1, fill: [0, 0] }]));
    expect(log.map(({ kind, at, length, endsAt }) => [kind, at, length, endsAt])).toEqual([
      ['write', 2 * SECTOR, 2 * SECTOR, 4 * SECTOR],
      ['flush', 0, 0, 5 * SECTOR],
      ['discard', SECTOR, 2 * SECTOR, 6 * SECTOR],
    ]);
    expect([...log[0]!.bytes.subarray(SECTOR - 1, SECTOR + 1)]).toEqual([7, 8]);
  });

  test('ends with its last whole request', () => {
    const whole = writeLog([write(0, 1), write(1, 2)]);
    expect(readWriteLog(whole.subarray(0, whole.length - 1))).toHaveLength(1);
    expect(readWriteLog(writeLog([write(0, 1), write(1, 2)], 1))).toHaveLength(1);
  });

  test('of something else is refused', () => {
    expect(() => readWriteLog(Buffer.alloc(4096))).toThrow('this is no write log');
  });
});

describe('a disk that was cut off', () => {
  const requests = [write(0, 1), write(1, 1), flush, write(1, 2), write(2, 2), write(3, 3)];

  test.each([
    { model: 'everythingWritten', left: [1, 2, 2, 3, 0, 0] },
    { model: 'onlyFlushed', left: [1, 1, 0, 0, 0, 0] },
  ] as const)('holds what $model says', ({ model, left }) => {
    expect(imageOf(requests, requests.length, model)).toEqual(left);
  });

  test('holds all that was flushed, and nothing before the flush came', () => {
    expect(imageOf(requests, 2, 'onlyFlushed')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(imageOf(requests, 3, 'onlyFlushed')).toEqual([1, 1, 0, 0, 0, 0]);
  });

  test('holds what was written through, whatever else was lost', () => {
    const through = [write(0, 1), { ...write(1, 5), isFua: true }, write(2, 1)];
    expect(imageOf(through, 3, 'onlyFlushed')).toEqual([0, 5, 0, 0, 0, 0]);
    for (let seed = 0; seed < 20; seed += 1) expect(imageOf(through, 3, 'someWritten', seed)[1]).toBe(5);
  });

  test('may have torn the last write, and forgotten any other', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      seen.add(
        imageOf([write(0, 1), write(1, 2, 3)], 2, 'someWritten', seed)
          .slice(0, 3)
          .join(''),
      );
    }
    // The last of those that came is never whole.
    expect([...seen].sort()).toEqual(['000', '020', '100', '120']);
  });

  test('holds, sector by sector, what was flushed or what was written since, however it is cut', () => {
    const madeUp = fc.oneof(
      { weight: 1, arbitrary: fc.constant(flush) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('write' as const, 'write' as const, 'discard' as const),
          at: fc.nat(DISK_SECTORS - 3),
          fill: fc.array(fc.integer({ min: 1, max: 250 }), { minLength: 1, maxLength: 3 }),
        }),
      },
    );
    fc.assert(
      fc.property(
        fc.array(madeUp, { maxLength: 12 }),
        fc.constantFrom(...CUT_MODELS),
        fc.nat(99),
        (all, model, seed) => {
          const cut = seed % (all.length + 1);
          const lastFlush = all.slice(0, cut).findLastIndex(({ kind }) => kind === 'flush');
          const allowed = Array.from({ length: DISK_SECTORS }, () => new Set([0]));
          all.slice(0, cut).forEach(({ kind, at, fill }, index) => {
            fill.forEach((byte, offset) => {
              if (index < lastFlush) allowed[at + offset]!.clear();
              allowed[at + offset]!.add(kind === 'discard' ? 0 : byte);
            });
          });
          imageOf(all, cut, model, seed).forEach((byte, sector) => {
            expect(allowed[sector]).toContain(byte);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('cuts lie just before and just after flushes, and anywhere, each once and in order', () => {
  const requests = readWriteLog(
    writeLog(Array.from({ length: 40 }, (_, at) => (at % 4 === 3 ? flush : write(0, 1)))),
  );
  const cuts = cutPoints(requests, { flushes: 5, anywhere: 10 }, createRandom(3));
  expect(cuts).toHaveLength(20);
  expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b));
  const around = cuts.filter((cut) => cut % 4 === 3 && cuts.includes(cut + 1));
  expect(around.length).toBeGreaterThanOrEqual(5);
  expect(cutPoints(requests, { flushes: 99, anywhere: 99 }, createRandom(3))).toHaveLength(41);
});
