/** What need not be on the card at once is committed in order, and whatever comes after is flushed again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../device/storage/database.ts';
import { createOperations } from '../../../device/storage/operations.ts';
import { withoutFlush } from '../../../device/storage/without-flush.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const [NORMAL, FULL] = [1, 2];

function open() {
  const path = join(temporaryFolder(), 'device.sqlite');
  const { database } = openDatabase(path, 0);
  onTestFinished(() => void database.close());
  return { path, database, level: () => database.pragma('synchronous', { simple: true }) };
}

test('a commit that need not be flushed is not, and the next one is', () => {
  const { database, level } = open();
  const levels: unknown[] = [];
  withoutFlush(database, () => levels.push(level()))();
  expect([...levels, level()]).toEqual([NORMAL, FULL]);
});

test('also after one that failed', () => {
  const { database, level } = open();
  const fail = withoutFlush(database, () => {
    throw new Error('disk full');
  });
  expect(fail).toThrow('disk full');
  expect(level()).toBe(FULL);
});

test('a press costs the card no more than two of its blocks, its acknowledgement and its share of a checkpoint', () => {
  const { path, database } = open();
  const operations = createOperations(database);
  database.pragma('wal_autocheckpoint = 0');
  const moment = { bootId: BOOT_ID, monotonicMs: 123_456.789, wallMs: 1.7e12, clockState: 'ntp' } as const;
  const predicted = [0.1234567890123456, 0.2345678901234567, 0.3456789012345678, 0.2962962] as const;
  const songId = '0123456789abcdef0123456789abcdef';
  const presses = 100;
  for (let pressId = 1; pressId <= presses; pressId += 1) {
    const { epoch, seq } = operations.append(moment, {
      kind: 'selected',
      ...{
        pressId,
        button: 'calm',
        emotion: 'calm',
        songId,
        positionMs: 10_250.5,
        predicted: [...predicted],
      },
    });
    operations.acknowledge({ epoch, seq }, 1.7e12);
  }
  expect(existsSync(`${path}-wal`)).toBe(true);
  expect(readFileSync(`${path}-wal`).length / presses).toBeLessThan(6 * 1024);
});
