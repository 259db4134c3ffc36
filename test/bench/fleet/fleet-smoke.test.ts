import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startFleetServers } from './fleet-servers.ts';
import { playDay } from './play-day.ts';
import { measureThroughput, sealBacklog } from './throughput.ts';

test('a small fleet on SQLite loses nothing, doubles nothing, and is measured', async () => {
  const servers = await startFleetServers({ folder: temporaryFolder(), processes: 1 });
  try {
    const backlog = await measureThroughput(servers, sealBacklog(2, 2, 1), () => {});
    expect(backlog).toMatchObject({ events: 2_000, stored: 2_000, lost: 0, doubled: 0 });
    expect(backlog.eventsPerS).toBeGreaterThan(0);

    const options = { boxes: 10, seed: 1, playS: 0.5, afterLog: backlog.stored };
    const day = await playDay(servers, options, () => {});
    expect(day).toMatchObject({ stored: day.events, lost: 0, doubled: 0 });
    expect(day.tally.nonceAsked).toBeGreaterThan(0);
    expect(day.herdLagsMs.length).toBeGreaterThan(5);
    expect(day.rssPeakMb).toBeGreaterThan(10);
  } finally {
    await servers.close();
  }
});
