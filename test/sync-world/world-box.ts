/**
 * A box of the world: its card, its keys, and the processes that run on it, each behind a gate that can crash it. Between
 * the gates runs the real uplink with real proofs on the real journal.
 */
import { join } from 'node:path';
import type { Outbox } from '../../device/core/ports.ts';
import { enrol } from '../../device/sync/enrolment.ts';
import type { Exchange } from '../../device/sync/exchange.ts';
import { type Identity, identitySchema } from '../../device/sync/identity-file.ts';
import { createKeyRing } from '../../device/sync/key-ring.ts';
import { createServerCalls, type ServerCalls } from '../../device/sync/server-calls.ts';
import { startUplink, type Uplink } from '../../device/sync/uplink.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { type BoxClock, createBoxClock } from './box-clock.ts';
import { counted, createOutbox } from './box-ports.ts';
import { type Card, createCard, type OpenCard } from './card.ts';
import type { PlacedBody, Snapshot } from './checker.ts';
import { behindGate, createGate, type Gate, type Mishap } from './gate.ts';
import { entryFor } from './presses.ts';
import type { Sabotage } from './sabotage.ts';
import type { WallClock } from './schedule.ts';
import type { MachineTimers, VirtualTime } from './virtual-time.ts';
import { SERVER_URL } from './world-server.ts';

export interface WorldBox {
  deviceId(): string;
  enrol(code: string): Promise<void>;
  switchOn(): void;
  /** As the mains do: in the middle of whatever it was doing. */
  switchOff(): void;
  hasCrashed(): boolean;
  /** Every process waits for time or for the network, and nothing else. */
  isAtRest(): boolean;
  /** For people: what it does when it does not rest. */
  unrest(): string;
  /** `later`: as a later version of the box writes. */
  press(times: number, language: 'known' | 'later'): void;
  kick(): void;
  /** Lets go of what was sent long ago, as the box does now and then. */
  purge(): void;
  arm(mishap: Mishap, at: number): void;
  disarm(): void;
  setClock(to: WallClock): void;
  /** More processes with the same key on the same journal, up to five in all. */
  startTwins(count: number): void;
  rotateKey(): void;
  /** Why its server does not let it in, as far as it heard: none of its keys is known there, or it was taken off. */
  lockedOutBy(): 'unknownKey' | 'revoked' | undefined;
  hasSentAll(): boolean;
  written(): Snapshot['journalled'];
  /** The card as it is, for a clone. */
  copyTo(path: string): { readonly card: Card; readonly identity: Identity };
}

export interface WorldBoxParts {
  readonly name: string;
  readonly folder: string;
  readonly time: VirtualTime;
  readonly exchange: Exchange;
  readonly sabotage: Sabotage;
  readonly tell: (line: string) => void;
  /** Which of the server's databases answers now. */
  readonly databaseId: () => number;
  /** The box believes that the server keeps these: the database `madeBy` said so. */
  readonly onPromise: (kept: readonly PlacedBody[], madeBy: number) => void;
  /** Numbers for boots, never the same twice. */
  readonly nextBoot: () => number;
  readonly cloneOf?: WorldBox;
}

const MAX_PROCESSES = 5;

interface Process {
  readonly gate: Gate;
  readonly timers: MachineTimers;
  readonly clock: BoxClock;
  readonly card: OpenCard;
  readonly uplink: Uplink;
  readonly calls: ServerCalls;
  /** Computes: inside a call, but not waiting for its reply. */
  isBusy(): boolean;
  nextPressId(): number;
}

export async function createWorldBox(parts: WorldBoxParts): Promise<WorldBox> {
  const { name, folder, time, sabotage, tell } = parts;
  const path = join(folder, `${name.replace(' ', '-')}.sqlite`);
  const copied = parts.cloneOf?.copyTo(path);
  const card = copied?.card ?? createCard(path);
  let identity = copied?.identity;
  let processes: Process[] = [];
  let wallClock: WallClock = 'right';
  let isOn = false;
  let lockedOutBy: ReturnType<WorldBox['lockedOutBy']>;

  function startProcess(isMain: boolean): void {
    const timers = time.createTimers();
    const clock = createBoxClock(time, parts.nextBoot(), () => wallClock);
    const opened = card.open();
    const gate = createGate({
      timers,
      onCrash: crash,
      failure: () => new Error('disk I/O error'),
      whenShut: 'silence',
    });
    let madeBy = parts.databaseId();
    let calling = 0;
    let waiting = 0;
    let presses = 0;

    const exchange: Exchange = async (request, signal) => {
      waiting += 1;
      let isWaiting = true;
      const stopWaiting = (): void => {
        waiting -= Number(isWaiting);
        isWaiting = false;
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
      const asked = parts.databaseId();
      try {
        const reply = await parts.exchange(request, signal);
        madeBy = asked;
        return reply;
      } finally {
        stopWaiting();
      }
    };

    const outbox = behindGate(
      promising(createOutbox(opened, clock), () => madeBy),
      gate,
    );
    const keys = {
      ...createKeyRing(identity!, (next) =>
        gate.pass(() => {
          // A twin does not know what the others made of the keys: it keeps what it learns to itself.
          if (isMain) identity = identitySchema.parse(JSON.parse(JSON.stringify(next)));
        }),
      ),
      isRotationDue: () => true,
    };
    const soundOutbox = sabotage.outbox?.(outbox) ?? outbox;
    const sound = { exchange: sabotage.exchange?.(exchange, outbox) ?? exchange };
    const createCalls = (stop: AbortSignal): ServerCalls =>
      counted(createServerCalls({ ...sound, serverUrl: SERVER_URL, keys, clock, timers, stop }), (by) => {
        calling += by;
      });
    let calls: ServerCalls | undefined;
    const uplink = startUplink({
      outbox: soundOutbox,
      createCalls(stop) {
        calls = createCalls(stop);
        return calls;
      },
      random: () => 0.5,
      timers,
      onEvent(event) {
        if (gate.isShut()) return;
        tell(`${name}: ${JSON.stringify(event)}`);
        if (!isMain) return;
        if (event.kind === 'synced') lockedOutBy = undefined;
        if (event.kind === 'waiting') {
          const { trouble } = event;
          lockedOutBy = trouble === 'unknownKey' || trouble === 'revoked' ? trouble : undefined;
        }
      },
    });
    processes.push({
      gate,
      timers,
      clock,
      card: opened,
      uplink,
      calls: calls!,
      // A call whose card is slow waits for time like any other.
      isBusy: () => calling > 0 && waiting === 0 && gate.asleep() === 0,
      nextPressId: () => (presses += 1),
    });
  }

  /** Notes what the acknowledged events are, once the acknowledgement is on the card. */
  function promising(outbox: Outbox, madeBy: () => number): Outbox {
    return {
      ...outbox,
      async acknowledge(through, serverMs) {
        await outbox.acknowledge(through, serverMs);
        const kept = card.written().filter(({ epoch, seq }) => epoch === through.epoch && seq <= through.seq);
        parts.onPromise(kept.map(placed), madeBy());
      },
    };
  }

  function placed<Event extends object>(event: Event): Event & { readonly deviceId: string } {
    return { ...event, deviceId: identity!.deviceId };
  }

  function stop(): void {
    for (const { gate, timers, card: opened } of processes) {
      gate.shut();
      timers.stop();
      opened.close();
    }
    processes = [];
  }

  function crash(): void {
    tell(`${name} is gone`);
    stop();
  }

  function switchOn(): void {
    isOn = true;
    startProcess(true);
    const { gate, card: opened, clock } = main()!;
    const booted: JournalEntry = { kind: 'booted', appVersion: '1.0.0' };
    void gate.pass(() => opened.table.append(clock.moment(), booted)).catch(() => undefined);
  }

  function switchOff(): void {
    isOn = false;
    stop();
  }

  const main = (): Process | undefined => processes[0];

  return {
    deviceId: () => identity!.deviceId,
    written: () => card.written().map(placed),
    hasCrashed: () => isOn && processes.length === 0,
    isAtRest: () =>
      processes.every(
        ({ gate, timers, isBusy }) => gate.inFlight() === 0 && timers.pending() > 0 && !isBusy(),
      ),
    unrest: () =>
      processes
        .map(
          ({ gate, timers, isBusy }) =>
            `${name}: ${gate.inFlight()} on disk, ${timers.pending()} timers${isBusy() ? ', busy' : ''}`,
        )
        .join(', '),
    copyTo: (copyPath) => ({ card: card.copyTo(copyPath), identity: identity! }),

    switchOn,
    switchOff,
    async enrol(code) {
      const wasOn = isOn;
      switchOff();
      const outcome = await enrol({
        serverUrl: SERVER_URL,
        code,
        exchange: parts.exchange,
        timers: time.createTimers(),
      });
      if (outcome.kind !== 'enrolled') throw new Error(`${name}: ${outcome.kind}: ${outcome.reason}`);
      identity = outcome.identity;
      lockedOutBy = undefined;
      if (wasOn) switchOn();
    },

    press(times, language) {
      const process = main();
      if (process === undefined) return;
      const { gate, card: opened, clock, nextPressId, uplink } = process;
      const run = async (): Promise<void> => {
        for (let press = 0; press < times; press += 1) {
          const entry = entryFor(nextPressId(), language);
          await gate.pass(() => opened.table.append(clock.moment(), entry)).catch(() => undefined);
          uplink.kick();
        }
      };
      void run();
    },

    kick: () => main()?.uplink.kick(),
    purge() {
      const process = main();
      if (process === undefined) return;
      const { gate, card: opened } = process;
      const run = async (): Promise<void> => {
        while (await gate.pass(() => opened.table.purgeSent(50)).catch(() => false));
      };
      void run();
    },
    arm: (mishap, at) => main()?.gate.arm(mishap, at),
    disarm() {
      for (const { gate } of processes) gate.disarm();
    },
    setClock(to) {
      wallClock = to;
    },
    startTwins(count) {
      if (processes.length === 0) return;
      for (let started = 0; started < count && processes.length < MAX_PROCESSES; started += 1)
        startProcess(false);
    },
    rotateKey: () => void main()?.calls.rotateKeyIfDue(),
    lockedOutBy: () => lockedOutBy,
    hasSentAll: () => main()?.card.table.pendingCount() === 0,
  };
}
