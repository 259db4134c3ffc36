/**
 * Sync never loses, doubles or blocks: random schedules of everything that can go wrong, over the real box and the real
 * server. AMECS_SLOW_TESTS=1 runs ten times as many, AMECS_EXPLORE=1 others.
 */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from './network.ts';
import { runSchedule } from './run-schedule.ts';
import { type Happening, schedule } from './schedule.ts';
import { createPgliteDisk, createSqliteDisk } from './server-disk.ts';
import { withWorldFolder } from './world-folder.ts';

const IS_SLOW_RUN = process.env.AMECS_SLOW_TESTS === '1';
/** A schedule takes about 60 ms on SQLite and 250 ms on PGlite. */
const SQLITE_SCHEDULES = IS_SLOW_RUN ? 2_000 : 200;
const POSTGRES_SCHEDULES = IS_SLOW_RUN ? 300 : 5;
const TIMEOUT_MS = IS_SLOW_RUN ? 15 * 60_000 : 60_000;

test(
  'whatever the network, the boxes, the server and the operator do: all is stored once, dense and in order',
  () =>
    fc.assert(
      fc.asyncProperty(schedule, (drawn) =>
        withWorldFolder(async (folder) => {
          await runSchedule(drawn, { folder, disk: createSqliteDisk(join(folder, 'server.sqlite')) });
        }),
      ),
      { numRuns: SQLITE_SCHEDULES },
    ),
  TIMEOUT_MS,
);

test('five processes of one box that post one batch at once store it once', () =>
  withWorldFolder(async (folder) => {
    const happenings: Happening[] = [
      { kind: 'pressed', box: 0, times: 20 },
      { kind: 'twinStarted', box: 0, count: 4 },
    ];
    // The first try of the first process fails, so all five begin with everything unsent.
    const faults: Fault[] = ['unreachable'];
    const disk = createSqliteDisk(join(folder, 'server.sqlite'));
    const report = await runSchedule({ happenings, faults }, { folder, disk });
    expect(report.exchanges).toBeGreaterThan(10);
    expect(report.events).toBe(24);
  }));

test(
  'and so on PostgreSQL',
  async () => {
    const postgres = await PGlite.create();
    onTestFinished(() => postgres.close());
    await fc.assert(
      fc.asyncProperty(schedule, (drawn) =>
        withWorldFolder(async (folder) => {
          await runSchedule(drawn, { folder, disk: await createPgliteDisk(postgres) });
        }),
      ),
      { numRuns: POSTGRES_SCHEDULES },
    );
  },
  TIMEOUT_MS,
);
