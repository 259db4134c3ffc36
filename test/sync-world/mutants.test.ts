/**
 * The proof proves something: each broken part is caught within a few hundred schedules, with the fault it causes.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JOURNAL_START } from '../../sync-server/protocol/position.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import type { EnrolledDevice } from '../../sync-server/store/device-registry.ts';
import type { AppendOutcome, SortedBatch } from '../../sync-server/store/event-log.ts';
import type { SqlDatabase, SqlRow, SqlRunner, SqlValue } from '../../sync-server/store/sql/sql-database.ts';
import type { Store } from '../../sync-server/store/store.ts';
import { runSchedule } from './run-schedule.ts';
import type { Sabotage } from './sabotage.ts';
import { type Schedule, schedule } from './schedule.ts';
import { createSqliteDisk } from './server-disk.ts';
import { withWorldFolder } from './world-folder.ts';

const MAX_SCHEDULES = 300;

/** A store whose batches are taken by `append`. */
const withAppend =
  (append: (store: Store, device: EnrolledDevice, batch: SortedBatch) => Promise<AppendOutcome>) =>
  (store: Store): Store => ({ ...store, append: (device, batch) => append(store, device, batch) });

/** What a store answers that took the batch. */
function taken({ epoch, firstSeq, events }: SortedBatch): AppendOutcome {
  const ackedThrough = { epoch, seq: firstSeq + events.length - 1 };
  return { ackedThrough, isBehind: false, stored: events.length, quarantined: [], downlinkVersion: 0 };
}

/** Parts two histories of one journal at once, in one place and right after the other's end; one in 70 random ones does. */
const PARTING: Schedule = {
  happenings: [
    { kind: 'cardCloned' },
    { kind: 'serverRestored', isTold: false },
    { kind: 'pressed', box: 0, times: 1 },
    { kind: 'deadlinesPassed', count: 1 },
    { kind: 'pressed', box: 2, times: 2 },
    { kind: 'deadlinesPassed', count: 2 },
  ],
  faults: [],
};

/** What is broken, and what the checker says of it. */
const SABOTAGES: Record<string, [Sabotage, RegExp]> = {
  'an uplink that acknowledges before the reply': [
    {
      exchange: (exchange, outbox) => async (request, signal) => {
        const [first] = await outbox.pending(1);
        if (request.path === ROUTES.events && first !== undefined)
          await outbox.acknowledge(first.event.stamp);
        return exchange(request, signal);
      },
    },
    /never arrived|acknowledged but not kept/,
  ],
  'a server that answers before it commits': [
    {
      store: withAppend(async (store, device, batch) => {
        void store.append(device, batch).catch(() => undefined);
        return taken(batch);
      }),
    },
    /acknowledged but not kept/,
  ],
  'a store that does not look at the chain': [
    { database: (database) => withRows(database, (row) => ('chain' in row ? { ...row, chain: null } : row)) },
    /chain|never arrived/,
  ],
  'a store that believes the box about what it has': [
    {
      store: withAppend((store, device, batch) =>
        store.append(device, { ...batch, after: JOURNAL_START, lostBefore: true }),
      ),
    },
    /gap at|never arrived/,
  ],
  'a store that gives log numbers twice': [
    {
      database: (database) =>
        withRows(database, (row) => ('lastLog' in row ? { ...row, lastLog: Number(row.lastLog) + 1 } : row)),
    },
    /the log is not dense/,
  ],
  'a box that never goes back': [
    { outbox: (outbox) => ({ ...outbox, rewind: async () => false }) },
    /never arrived|gap at|blocked/,
  ],
  'a box that does not tell its own clone from itself': [
    { outbox: (outbox) => ({ ...outbox, beginEpoch: async () => undefined }) },
    /never arrived|acknowledged but not kept/,
  ],
};

/** A database whose rows are read falsely. */
function withRows(database: SqlDatabase, change: (row: SqlRow) => SqlRow): SqlDatabase {
  const falsely = (runner: SqlRunner): SqlRunner => ({
    query: async <Row extends object>(sql: string, values?: readonly SqlValue[]) =>
      (await runner.query(sql, values)).map((row) => change(row) as Row),
  });
  return {
    query: falsely(database).query,
    transaction: (work) => database.transaction((sql) => work(falsely(sql))),
    close: () => database.close(),
  };
}

describe('a broken part is caught', () => {
  test.each(Object.entries(SABOTAGES))(
    '%s',
    async (_name, [sabotage, fault]) => {
      const run = fc.asyncProperty(schedule, (drawn) =>
        withWorldFolder(async (folder) => {
          const disk = createSqliteDisk(join(folder, 'server.sqlite'));
          await runSchedule(drawn, { folder, disk, sabotage });
        }),
      );
      const found = await fc.check(run, {
        numRuns: MAX_SCHEDULES,
        examples: [[PARTING]],
        endOnFailure: true,
      });
      expect(found.failed).toBe(true);
      expect((found.errorInstance as Error).message).toMatch(fault);
    },
    60_000,
  );
});
