/** What was found stays fixed: each of these fails when its fix is taken back. */
import { join } from 'node:path';
import { test } from 'vitest';
import { FOUND_SCHEDULES } from './found-schedules.ts';
import { runSchedule } from './run-schedule.ts';
import { createSqliteDisk } from './server-disk.ts';
import { withWorldFolder } from './world-folder.ts';

test.each(Object.entries(FOUND_SCHEDULES))('%s', (_what, schedule) =>
  withWorldFolder(async (folder) => {
    await runSchedule(schedule, { folder, disk: createSqliteDisk(join(folder, 'server.sqlite')) });
  }),
);
