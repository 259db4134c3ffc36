/**
 * The real server as a process of its own, and what befalls processes: killed between commit and reply, a disk that
 * fails or is full, a database another process holds. A real box on a real card sends on, and in the end all is there
 * once. Needs the build; tools that are missing are told by name. AMECS_SLOW_TESTS=1 runs all.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { enrol } from '../../device/sync/enrolment.ts';
import { createFetchExchange } from '../../device/sync/exchange.ts';
import { createKeyRing } from '../../device/sync/key-ring.ts';
import { createServerCalls } from '../../device/sync/server-calls.ts';
import { startUplink } from '../../device/sync/uplink.ts';
import type { UplinkEvent } from '../../device/sync/uplink-events.ts';
import { startAmecs } from '../support/amecs-process.ts';
import { fill, injectInto, startProxy } from '../support/process-faults.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { createBoxClock } from '../sync-world/box-clock.ts';
import { createOutbox } from '../sync-world/box-ports.ts';
import { createCard } from '../sync-world/card.ts';
import { findFaultsAfterHealing, type Snapshot } from '../sync-world/checker.ts';
import { createSqliteDisk } from '../sync-world/server-disk.ts';
import { createVirtualTime } from '../sync-world/virtual-time.ts';
import { readKept } from '../sync-world/world-server.ts';

const IS_SLOW_RUN = process.env.AMECS_SLOW_TESTS === '1';
const HAS_STRACE = spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0;
const MAY_MOUNT = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** A running `amecs server` on `dataDir`, and where it listens. */
async function startServer(dataDir: string, port = 0) {
  const server = startAmecs(['server', '--data', dataDir, '--port', String(port)]);
  onTestFinished(async () => void (await server.end('SIGKILL')));
  const listens = await server.line(/listens at/);
  const code = await server.line(/with the code/);
  return {
    process: server,
    pid: server.child.pid!,
    port: Number(/:(\d+) and/.exec(listens)![1]),
    code: /code (\S+)\.$/.exec(code)![1]!,
  };
}

/** A box with a card of its own that sends all the time, and waits at most a second between tries. */
async function startBox(serverUrl: string, code: string) {
  const folder = temporaryFolder();
  const card = createCard(join(folder, 'box.sqlite'));
  const enrolled = await enrol({ serverUrl, code });
  if (enrolled.kind !== 'enrolled') throw new Error(enrolled.reason);
  const { identity } = enrolled;
  const opened = card.open();
  const clock = createBoxClock(createVirtualTime(), 1, () => 'right');
  const events: UplinkEvent[] = [];
  let presses = 0;
  const timers = {
    after(ms: number, run: () => void) {
      const timer = setTimeout(run, Math.min(ms, 200));
      return () => clearTimeout(timer);
    },
  };
  const requestTimers = {
    after: (_ms: number, run: () => void) => {
      const timer = setTimeout(run, 5_000);
      return () => clearTimeout(timer);
    },
  };
  const uplink = startUplink({
    outbox: createOutbox(opened, clock),
    createCalls: (stop) =>
      createServerCalls({
        exchange: createFetchExchange(serverUrl),
        serverUrl,
        keys: createKeyRing(identity, async () => {}),
        clock,
        timers: requestTimers,
        stop,
      }),
    onEvent: (event) => events.push(event),
    random: () => 0,
    timers,
  });
  onTestFinished(async () => {
    await uplink.close();
    opened.close();
  });
  return {
    press(times: number): void {
      for (let press = 0; press < times; press += 1) {
        presses += 1;
        const entry = {
          kind: 'unanswered',
          pressId: presses,
          button: 'red',
          emotion: 'angry',
          reason: 'resting',
        } as const;
        opened.table.append(clock.moment(), entry);
      }
      uplink.kick();
    },
    allSent: () =>
      until('everything to be acknowledged', () => (opened.table.pendingCount() === 0 ? true : undefined)),
    /** Resolves once the box was told `problem`. */
    wasRefused: (problem: RegExp) =>
      until(`a refusal like ${problem}`, () =>
        events.find((event) => event.kind === 'waiting' && problem.test(event.reason)),
      ),
    async whole(dataDir: string): Promise<string[]> {
      const { deviceId } = identity;
      const journalled = card.written().map((event) => ({ ...event, deviceId }));
      const kept = await keptIn(dataDir);
      const snapshot: Snapshot = {
        ...kept,
        journalled,
        acknowledged: journalled,
        replayed: new Set(),
        staysOnCard: new Set(),
        hasClones: false,
      };
      return findFaultsAfterHealing(snapshot);
    },
  };
}

const NOT_NOW = /cannot write to its store just now/;

test('a server killed after its commit and before its reply has everything once', async () => {
  const dataDir = temporaryFolder();
  let isArmed = false;
  let killed = 0;
  const first = await startServer(dataDir);
  let server = first;
  const proxy = await startProxy(() => {
    if (!isArmed) return false;
    isArmed = false;
    killed += 1;
    process.kill(server.pid, 'SIGKILL');
    return true;
  });
  proxy.pointAt(first.port);
  const box = await startBox(proxy.url, first.code);
  box.press(3);
  await box.allSent();
  for (let round = 0; round < 2; round += 1) {
    const before = await storedCount(dataDir);
    isArmed = true;
    box.press(50);
    await server.process.ended;
    expect(await storedCount(dataDir), 'committed before it was killed').toBe(before + 50);
    server = await startServer(dataDir);
    proxy.pointAt(server.port);
    await box.allSent();
  }
  expect(killed).toBe(2);
  expect(await box.whole(dataDir)).toEqual([]);
}, 30_000);

test.skipIf(!IS_SLOW_RUN)(
  'a database that another process holds is answered with "not now", and nothing is lost',
  async () => {
    const dataDir = temporaryFolder();
    const server = await startServer(dataDir);
    const box = await startBox(`http://127.0.0.1:${server.port}`, server.code);
    box.press(5);
    await box.allSent();
    const other = new Database(join(dataDir, 'server', 'server.sqlite'));
    other.exec('BEGIN EXCLUSIVE');
    box.press(20);
    await box.wasRefused(NOT_NOW);
    other.exec('COMMIT');
    other.close();
    await box.allSent();
    expect(await box.whole(dataDir)).toEqual([]);
  },
  30_000,
);

test.skipIf(!IS_SLOW_RUN || !HAS_STRACE)(
  'a disk that fails to sync (strace: EIO) is answered with "not now", and nothing is lost or doubled',
  async () => {
    const dataDir = temporaryFolder();
    const server = await startServer(dataDir);
    const box = await startBox(`http://127.0.0.1:${server.port}`, server.code);
    box.press(5);
    await box.allSent();
    const failing = await injectInto(server.pid, 'inject=fsync,fdatasync:error=EIO');
    box.press(20);
    await box.wasRefused(NOT_NOW);
    await failing.stop();
    await box.allSent();
    expect(await box.whole(dataDir)).toEqual([]);
  },
  30_000,
);

test.skipIf(!IS_SLOW_RUN || !HAS_STRACE)(
  'a server killed while it syncs its commit (strace: SIGKILL) has everything once',
  async () => {
    const dataDir = temporaryFolder();
    const first = await startServer(dataDir);
    const proxy = await startProxy(() => false);
    proxy.pointAt(first.port);
    const box = await startBox(proxy.url, first.code);
    box.press(5);
    await box.allSent();
    await injectInto(first.pid, 'inject=fsync,fdatasync:signal=SIGKILL');
    box.press(20);
    await first.process.ended;
    const second = await startServer(dataDir);
    proxy.pointAt(second.port);
    await box.allSent();
    expect(await box.whole(dataDir)).toEqual([]);
  },
  30_000,
);

test.skipIf(!IS_SLOW_RUN || !MAY_MOUNT)(
  'a full disk (a small tmpfs) is answered with "not now", and nothing is lost once there is room',
  async () => {
    const dataDir = join(temporaryFolder(), 'disk');
    mkdirSync(dataDir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dataDir]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', dataDir]));
    const server = await startServer(dataDir);
    const box = await startBox(`http://127.0.0.1:${server.port}`, server.code);
    box.press(5);
    await box.allSent();
    fill(join(dataDir, 'ballast'));
    box.press(400);
    await box.wasRefused(NOT_NOW);
    rmSync(join(dataDir, 'ballast'));
    await box.allSent();
    expect(await box.whole(dataDir)).toEqual([]);
    await server.process.end('SIGTERM');
  },
  30_000,
);

async function keptIn(dataDir: string): ReturnType<typeof readKept> {
  const disk = createSqliteDisk(join(dataDir, 'server', 'server.sqlite'));
  try {
    return await readKept(disk);
  } finally {
    await disk.close();
  }
}

async function storedCount(dataDir: string): Promise<number> {
  return (await keptIn(dataDir)).stored.length;
}
