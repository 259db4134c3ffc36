/**
 * What the box takes, with everything on: pins and lamps, its audio process (on the silent clock), a page open, a server
 * it syncs with, its things on an ext4 card. Emulation stretches time and leaves memory and bytes as they are.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMOTIONS } from '../../models/emotions.ts';
import { type ServerProcess, startServerProcess } from '../../provisioning/cli/server-process.ts';
import { type CardTaken, cardOf, type ProcessTaken, processesOf } from './emulated-pi/box-budget.ts';
import { type BoxOnPi, BUILT, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { heardSongs } from './emulated-pi/heard-songs.ts';
import { tell } from './emulated-pi/report.ts';

/** Of all processes of the box together, pages they share counted once. */
const MEMORY_MB = 150;

/** Written by the box; the file system's own journal comes on top and is told beside it. */
const CARD_KB_A_PRESS = 16;
const CARD_MB_AN_HOUR = 1;

const PRESSES = 40;

/** Until SQLite's log has grown to the length at which it is written over, which takes a new box an evening. */
const PRESSES_BEFORE = 60;
const IDLE_S = 60;

/** As long as an emulated box may take to begin. */
const START_MS = 300_000;

const RUN = join(BUILT, 'runs', 'budget');
const DISK = join(BUILT, 'runs', 'budget-card.img');

/** A page that stays open, in a process that is not the box's. */
const PAGE = `import('/root/app/dist/test/support/panel-client.js').then(async ({ openPanelClient }) => {
  const page = await openPanelClient(process.argv[2]);
  page.socket.on('message', () => {});
  console.log('a page is open');
});`;

function emptyCard(): void {
  mkdirSync(join(BUILT, 'runs'), { recursive: true });
  rmSync(DISK, { force: true });
  writeFileSync(DISK, '');
  truncateSync(DISK, 512 * 2 ** 20);
  // As on a Pi's card of any usual size; nothing is left to be laid out later, while we measure.
  const whole = 'lazy_itable_init=0,lazy_journal_init=0';
  execFileSync('/sbin/mkfs.ext4', ['-q', '-F', '-b', '4096', '-E', whole, DISK]);
}

describe.skipIf(whyNoEmulatedPi() !== undefined)('what the box takes', () => {
  let box: BoxOnPi;
  let server: ServerProcess;
  const ending = new AbortController();
  const since = (before: CardTaken, after: CardTaken): CardTaken => ({
    diskBytes: after.diskBytes - before.diskBytes,
    boxBytes: after.boxBytes - before.boxBytes,
  });
  const total = (taken: readonly ProcessTaken[], of: 'pssMb' | 'rssMb' | 'cpuMs'): number =>
    taken.reduce((sum, process) => sum + process[of], 0);

  /** Memory of each process and of all, told and returned. */
  async function tellMemory(when: string): Promise<number> {
    const taken = await processesOf(box.machine.console);
    const parts = taken.map(({ name, pssMb }) => [`PSS of ${name}`, pssMb] as const);
    tell(`memory ${when}, MB`, {
      ...Object.fromEntries(parts),
      'all PSS': total(taken, 'pssMb'),
      'all RSS': total(taken, 'rssMb'),
    });
    return total(taken, 'pssMb');
  }

  /** Share of one emulated core over some seconds of the machine's own clock, in percent. */
  async function tellCpu(when: string, forS: number): Promise<void> {
    const { console } = box.machine;
    const upMs = async () => Number((await console.run('cut -d" " -f1 /proc/uptime')).trim()) * 1000;
    const [begin, before] = [await upMs(), await processesOf(console)];
    await pause(forS * 1000);
    const [end, after] = [await upMs(), await processesOf(console)];
    const shareOf = (name: string): number => {
      const spent = [after, before].map(
        (taken) => taken.find((process) => process.name === name)?.cpuMs ?? 0,
      );
      return (100 * (spent[0]! - spent[1]!)) / (end - begin);
    };
    tell(
      `processor ${when}, % of one emulated core`,
      Object.fromEntries(after.map(({ name }) => [name, shareOf(name)])),
    );
  }

  async function press(times: number): Promise<void> {
    for (let at = 0; at < times; at += 1) {
      const from = box.log().length;
      await box.play(box.lineOf(EMOTIONS[(at * 7 + (at >> 2)) % EMOTIONS.length]!), [
        [true, 60],
        [false, 0],
      ]);
      await box.waitForLog(['learnt', 'playing'], from);
      await pause(400);
    }
  }

  beforeAll(async () => {
    emptyCard();
    server = await startServerProcess({
      data: join(BUILT, 'runs', 'budget-server'),
      port: 0,
      signal: ending.signal,
      onFault: () => {},
    });
    const url = server.url.replace('127.0.0.1', '10.0.2.2');
    box = await startBoxOnPi({
      folder: RUN,
      data: await heardSongs(join(BUILT, 'heard-songs')),
      config: {
        server: { url, enrolmentCode: server.enrolmentCode },
        pressFilter: { releaseMs: 250 },
      },
      before:
        'modprobe ext4 && mkdir -p /root/data && mount -t ext4 -o noatime /dev/vda /root/data && cp -a /box/data/. /root/data/',
      more: [
        ...['-drive', `file=${DISK},format=raw,if=none,id=card`],
        ...['-device', 'virtio-blk-pci,drive=card,romfile='],
      ],
    });
    await box.machine.console.waitFor(/Keys 1 to 4/, START_MS);
    await box.waitForLog(['synced'], 0, START_MS);
    writeFileSync(join(RUN, 'page.cjs'), PAGE);
    cpSync('dist/test/support/panel-client.js', join(RUN, 'panel-client.js'));
    await box.machine.console.run(
      'mkdir -p /root/app/dist/test/support && cp /box/panel-client.js /root/app/dist/test/support/',
    );
    const { text } = await box.machine.console.waitFor(/Buttons +http/, START_MS);
    await box.machine.console.run(`node /box/page.cjs '${text.trim().split(/ +/)[1]}' </dev/null & true`);
    await box.machine.console.waitFor(/a page is open/, START_MS);
  }, 900_000);
  afterAll(async () => {
    ending.abort();
    await box?.machine.kill();
    await server?.close();
  });

  test(`in memory at most ${MEMORY_MB} MB, idle and playing`, { timeout: 600_000 }, async () => {
    // The processes that heard songs and asked the population model go after some seconds without work.
    await pause(20_000);
    const idleMb = await tellMemory('idle');
    await press(PRESSES_BEFORE);
    const playingMb = await tellMemory('playing');
    await tellCpu('playing', 20);
    expect(Math.max(idleMb, playingMb)).toBeLessThanOrEqual(MEMORY_MB);
  });

  test(`on the card at most ${CARD_KB_A_PRESS} KB a press`, { timeout: 300_000 }, async () => {
    const before = await cardOf(box.machine.console);
    await press(PRESSES);
    await pause(10_000);
    const { diskBytes, boxBytes } = since(before, await cardOf(box.machine.console));
    const perPress = (bytes: number): number => bytes / PRESSES / 1024;
    tell('card a press, KB', { 'written by the box': perPress(boxBytes), 'with ext4': perPress(diskBytes) });
    expect(perPress(boxBytes)).toBeLessThanOrEqual(CARD_KB_A_PRESS);
    expect(await tellMemory(`after ${PRESSES} presses`)).toBeLessThanOrEqual(MEMORY_MB);
  });

  test(`on the card at most ${CARD_MB_AN_HOUR} MB an idle hour`, { timeout: 300_000 }, async () => {
    // The last press's song ends first, and its event goes to the server.
    const lastPress = box.log().findLastIndex(({ event }) => event === 'pressed');
    await box.waitForLog(['finished'], lastPress, 200_000);
    await pause(20_000);
    const before = await cardOf(box.machine.console);
    await tellCpu('idle', IDLE_S);
    const { diskBytes, boxBytes } = since(before, await cardOf(box.machine.console));
    const perHour = (bytes: number): number => (bytes / 2 ** 20) * (3600 / IDLE_S);
    tell('card an idle hour, MB', {
      'written by the box': perHour(boxBytes),
      'with ext4': perHour(diskBytes),
    });
    expect(perHour(diskBytes)).toBeLessThanOrEqual(CARD_MB_AN_HOUR);
  });
});
