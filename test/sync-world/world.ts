/**
 * Boxes, a network, a server and a time of their own, with the real code in each: what can happen to them, and what the
 * checker sees. When it heals all faults stop, and everything must arrive.
 */
import { setTimeout as realDelay } from 'node:timers/promises';
import { MAX_FORMER_KEYS } from '../../device/sync/identity-file.ts';
import { createBackupSpan } from './backup-span.ts';
import { bodyKey, type PlacedBody, type Snapshot } from './checker.ts';
import { createNetwork, type Fault } from './network.ts';
import type { Sabotage } from './sabotage.ts';
import type { BoxNumber, Happening, Schedule } from './schedule.ts';
import type { ServerDisk } from './server-disk.ts';
import { createVirtualTime } from './virtual-time.ts';
import { createWorldBox, type WorldBox } from './world-box.ts';
import { createWorldServer } from './world-server.ts';

export interface WorldParts {
  /** Empty; the cards of the boxes go here. */
  readonly folder: string;
  readonly disk: ServerDisk;
  /** Breaks a part on purpose, to see whether the checker notices. */
  readonly sabotage?: Sabotage;
}

export interface WorldReport {
  readonly events: number;
  readonly quarantined: number;
  readonly exchanges: number;
  /** Deadlines until everything had arrived after the faults stopped. */
  readonly healedAfter: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that pass in a season, and then once more until everybody believes it. */
const SEASON_DAYS = [100, 1];
/** As many keys as a box keeps for a server from a backup, but one: a rotation may be under way when it is made. */
const MAX_ROTATIONS = MAX_FORMER_KEYS - 1;
/** With 3 boxes that wait at most 15 min each: far more than any healthy world needs. */
const MAX_HEALING_DEADLINES = 300;
/** A world that computes this long computes for ever. */
const MAX_UNREST_MS = 15_000;
/** Turns of the event loop without news that count as rest. */
const CALM_TURNS = 3;

/** A healthy world; `happen` changes it. Close it whatever came of it. */
export async function createWorld(schedule: Schedule, { folder, disk, sabotage = {} }: WorldParts) {
  const time = createVirtualTime();
  const story: string[] = [];
  const tell = (line: string): void => void story.push(`${(time.nowMs() / 1000).toFixed(1)} s  ${line}`);
  const faults: Fault[] = [];
  const server = await createWorldServer({ disk, time, sabotage, tell });
  const network = createNetwork({
    serve: server.serve,
    nextFault: () => faults.shift() ?? 'ok',
    timers: time.createTimers(),
    tell,
  });
  /** What the server that runs now has promised to keep; one restored from a backup has forgotten. */
  const promised = new Map<string, PlacedBody>();
  const replayed = new Set<string>();
  const boxes: WorldBox[] = [];
  let hasClones = false;
  let boots = 0;
  let backup = await disk.snapshot();
  const backupSpan = createBackupSpan(server.nowMs());

  /** Boxes enrolled again since the backup: a server restored from it knows none of their keys. */
  const newToBackup = new Set<WorldBox>();
  /** Boxes the server that runs now has forgotten so. */
  const forgotten = new Set<WorldBox>();
  /** Rotations asked for since the backup, or since it was put back. */
  const rotations = new Map<WorldBox, number>();

  const boxParts = (name: string) => ({
    name,
    folder,
    time,
    exchange: network.exchange,
    sabotage,
    tell,
    databaseId: server.databaseId,
    nextBoot: () => (boots += 1),
    onPromise(kept: readonly PlacedBody[], madeBy: number): void {
      if (madeBy === server.databaseId()) for (const each of kept) promised.set(bodyKey(each), each);
    },
  });
  for (const name of ['box 0', 'box 1']) {
    const box = await createWorldBox(boxParts(name));
    boxes.push(box);
    await box.enrol(await server.createCode());
    box.switchOn();
    await rest();
  }
  await backUp();
  faults.push(...schedule.faults);

  /** Until every machine waits for time, and nothing else. What crashed in the meantime starts again. */
  async function rest(): Promise<void> {
    const deadline = performance.now() + MAX_UNREST_MS;
    for (let calm = 0; calm < CALM_TURNS; ) {
      if (performance.now() > deadline) throw new Error(`no rest: ${unrest()}`);
      await (server.isSleeping() ? realDelay(1) : new Promise((resolve) => setImmediate(resolve)));
      const isAtRest = network.inFlight() === 0 && boxes.every((box) => box.isAtRest());
      calm = isAtRest || (server.isSleeping() && boxes.every((box) => box.isAtRest())) ? calm + 1 : 0;
    }
    if (!server.isUp()) await server.start();
    for (const box of boxes) if (box.hasCrashed()) box.switchOn();
  }

  function unrest(): string {
    return `${network.inFlight()} requests under way, ${boxes.map((box) => box.unrest()).join(', ')}`;
  }

  function boxAt(number: BoxNumber): WorldBox {
    return boxes[number] ?? boxes[0]!;
  }

  /** Keys of a cloned card cannot be told apart: who changes one locks the other out, and that is meant. */
  function mayChangeKey(box: WorldBox): boolean {
    return !hasClones || box === boxes[1];
  }

  /** One of two cards with one key, after the other got a new key: what it writes from now on stays on it. */
  function isLostClone(box: WorldBox): boolean {
    return box.lockedOutBy() !== undefined && !mayChangeKey(box);
  }

  /** No key of its own opens the server to it again: that takes a person with a code. Rotations and backups do not. */
  function needsPerson(box: WorldBox): boolean {
    if (!mayChangeKey(box)) return false;
    return box.lockedOutBy() === 'revoked' || (box.lockedOutBy() === 'unknownKey' && forgotten.has(box));
  }

  function rotateKey(box: WorldBox): void {
    const asked = rotations.get(box) ?? 0;
    if (!mayChangeKey(box) || asked === MAX_ROTATIONS) return;
    rotations.set(box, asked + 1);
    box.rotateKey();
  }

  async function backUp(): Promise<void> {
    backup = await disk.snapshot();
    backupSpan.begin(server.nowMs());
    newToBackup.clear();
    rotations.clear();
  }

  /** Moves the server's clock, with `move`; backed up before, when it is time. */
  async function moveServerClock(byMs: number, move: () => void): Promise<void> {
    if (backupSpan.move(server.nowMs() + byMs)) await backUp();
    move();
    backupSpan.move(server.nowMs());
  }

  async function passDays(days: number): Promise<void> {
    await moveServerClock(days * DAY_MS, () => time.skip(days * DAY_MS));
    for (const box of boxes) box.purge();
  }

  async function passSeason(): Promise<void> {
    for (const days of SEASON_DAYS) {
      await everybodyPresses();
      await passDays(days);
    }
    await everybodyPresses();
    for (const box of boxes) box.purge();
  }

  async function everybodyPresses(): Promise<void> {
    for (const box of boxes) box.press(1, 'known');
    await rest();
  }

  async function restore(isTold: boolean): Promise<void> {
    await server.restore(backup, isTold);
    promised.clear();
    rotations.clear();
    for (const box of newToBackup) forgotten.add(box);
  }

  async function happen(happening: Happening): Promise<void> {
    tell(`* ${JSON.stringify(happening)}`);
    await change(happening);
    await rest();
  }

  async function change(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'pressed':
        return boxAt(happening.box).press(happening.times, 'known');
      case 'pressedLater':
        return boxAt(happening.box).press(happening.times, 'later');
      case 'kicked':
        return boxAt(happening.box).kick();
      case 'deadlinesPassed':
        for (let passed = 0; passed < happening.count; passed += 1) {
          time.runNext();
          await rest();
        }
        return;
      case 'daysPassed':
        return passDays(happening.days);
      case 'seasonPassed':
        return passSeason();
      case 'boxSwitched':
        boxAt(happening.box).switchOff();
        boxAt(happening.box).switchOn();
        return boxAt(happening.box).purge();
      case 'boxMishap':
        return boxAt(happening.box).arm(happening.mishap, happening.at);
      case 'boxClockJumped':
        return boxAt(happening.box).setClock(happening.to);
      case 'twinStarted':
        return boxAt(happening.box).startTwins(happening.count);
      case 'cardCloned':
        if (boxes.length === 2) {
          boxes.push(await createWorldBox({ ...boxParts('box 2'), cloneOf: boxes[0]! }));
          boxes[2]!.switchOn();
          hasClones = true;
        }
        return;
      case 'keyRotated':
        return rotateKey(boxAt(happening.box));
      case 'revoked':
        return mayChangeKey(boxAt(happening.box))
          ? server.revoke(boxAt(happening.box).deviceId())
          : undefined;
      case 'enrolledAgain':
        return mayChangeKey(boxAt(happening.box)) ? enrolAgain(boxAt(happening.box)) : undefined;
      case 'serverMishap':
        return server.arm(happening.mishap, happening.at);
      case 'serverRestarted':
        server.crash();
        return;
      case 'serverClockJumped':
        return moveServerClock(happening.byMs, () => server.jumpClock(happening.byMs));
      case 'serverBackedUp':
        return backUp();
      case 'serverRestored':
        return restore(happening.isTold);
      case 'serverUpgraded':
        return upgrade();
      case 'lateArrived':
        return network.deliverLate();
    }
  }

  async function enrolAgain(box: WorldBox): Promise<void> {
    box.disarm();
    server.disarm();
    const held = faults.splice(0);
    await box.enrol(await server.createCode(box.deviceId()));
    newToBackup.add(box);
    forgotten.delete(box);
    faults.push(...held);
  }

  async function upgrade(): Promise<void> {
    const { quarantined } = await server.kept();
    for (const each of quarantined) if (each.reason === 'unreadable') replayed.add(bodyKey(each));
    await server.upgrade();
  }

  async function snapshot(): Promise<Snapshot> {
    return {
      ...(await server.kept()),
      journalled: boxes.flatMap((box) => box.written()),
      staysOnCard: new Set(boxes.filter(isLostClone).flatMap((box) => box.written().map(bodyKey))),
      acknowledged: [...promised.values()],
      replayed,
      hasClones,
    };
  }

  return {
    happen,
    story: () => story,

    async check(find: (snapshot: Snapshot) => string[]): Promise<void> {
      const wrong = find(await snapshot());
      if (wrong.length > 0) throw new Error(wrong.slice(0, 10).join('\n'));
    },

    /** From now on everything works; resolves with how many deadlines it took until all was sent. */
    async heal(): Promise<number> {
      tell('* everything works again');
      faults.length = 0;
      server.disarm();
      await rest();
      await network.deliverLate();
      for (const box of boxes) {
        box.disarm();
        box.press(1, 'known');
        box.kick();
      }
      for (let deadlines = 0; deadlines < MAX_HEALING_DEADLINES; deadlines += 1) {
        await rest();
        for (const box of boxes) if (needsPerson(box)) await enrolAgain(box);
        if (boxes.every((box) => box.hasSentAll() || isLostClone(box))) {
          await upgrade();
          return deadlines;
        }
        time.runNext();
      }
      throw new Error('the queue is blocked');
    },

    async report(healedAfter: number): Promise<WorldReport> {
      const { stored, quarantined } = await server.kept();
      const exchanges = network.exchanges();
      return { events: stored.length, quarantined: quarantined.length, exchanges, healedAfter };
    },

    async close(): Promise<void> {
      for (const box of boxes) box.switchOff();
      await server.close();
    },
  };
}
