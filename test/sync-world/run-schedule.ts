/** Runs a schedule in a world of its own, and looks after every happening whether anything is wrong. */
import { findFaults, findFaultsAfterHealing } from './checker.ts';
import type { Schedule } from './schedule.ts';
import { createWorld, type WorldParts, type WorldReport } from './world.ts';

/** Rejects with everything that was wrong and what led there. */
export async function runSchedule(schedule: Schedule, parts: WorldParts): Promise<WorldReport> {
  const world = await createWorld(schedule, parts);
  try {
    for (const happening of schedule.happenings) {
      await world.happen(happening);
      await world.check(findFaults);
    }
    const healedAfter = await world.heal();
    await world.check(findFaultsAfterHealing);
    return await world.report(healedAfter);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\nwhat happened:\n${world.story().join('\n')}`, {
      cause: error,
    });
  } finally {
    await world.close();
  }
}
