import { expect, test } from 'vitest';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { boxJournal, nextEvents } from './made-up-journal.ts';
import { countStored } from './stored-journals.ts';

const A = nextEvents(boxJournal(1, 0), 4);
const B = nextEvents(boxJournal(1, 1), 4);
const changed: JournalEvent = { ...A[1]!, entry: { kind: 'shutDown' } };

type Row = readonly [deviceId: string, event: JournalEvent];

test.each<[what: string, rows: readonly Row[], lost: number, doubled: number]>([
  [
    'all of it',
    [
      ['a', A[0]!],
      ['b', B[0]!],
      ['a', A[1]!],
      ['b', B[1]!],
    ],
    0,
    0,
  ],
  ['nothing', [], 4, 0],
  [
    'an end missing',
    [
      ['a', A[0]!],
      ['a', A[1]!],
      ['b', B[0]!],
    ],
    1,
    0,
  ],
  [
    'a hole',
    [
      ['a', A[1]!],
      ['b', B[0]!],
      ['b', B[1]!],
    ],
    1,
    0,
  ],
  [
    'an event twice',
    [
      ['a', A[0]!],
      ['a', A[0]!],
      ['a', A[1]!],
      ['b', B[0]!],
      ['b', B[1]!],
    ],
    0,
    1,
  ],
  [
    'an event nobody sent',
    [
      ['a', A[0]!],
      ['a', A[1]!],
      ['a', A[2]!],
      ['b', B[0]!],
      ['b', B[1]!],
    ],
    0,
    1,
  ],
  [
    'an unknown box',
    [
      ['a', A[0]!],
      ['a', A[1]!],
      ['b', B[0]!],
      ['b', B[1]!],
      ['c', A[0]!],
    ],
    0,
    1,
  ],
  [
    'other content',
    [
      ['a', A[0]!],
      ['a', changed],
      ['b', B[0]!],
      ['b', B[1]!],
    ],
    1,
    0,
  ],
  [
    'one box under the name of the other',
    [
      ['a', B[0]!],
      ['a', B[1]!],
    ],
    4,
    0,
  ],
])('two boxes sent two events each and the server has %s', async (_what, rows, lost, doubled) => {
  const sent = (deviceId: string, box: number) => ({ deviceId, journal: boxJournal(1, box), sent: 2 });
  async function* log() {
    for (const [deviceId, event] of rows) yield { deviceId, event };
  }
  expect(await countStored(log(), [sent('a', 0), sent('b', 1)])).toEqual({
    stored: rows.length,
    lost,
    doubled,
  });
});
