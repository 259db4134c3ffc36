/**
 * The real box on the emulated Pi: this build, cross-built modules, four songs, four buttons and four lamps on the
 * header. Lines 0-3 are the buttons (pressed is low, as on a Pi's pull-ups), 4-7 their lamps.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EMOTIONS, type Emotion } from '../../../models/emotions.ts';
import { until } from '../../support/until.ts';
import type { ConsoleLine } from './console.ts';
import { type Machine, type MachineOptions, startMachine } from './machine.ts';

/** Where build.sh put the machine; AMECS_EMULATED_PI names another place. */
export const BUILT = process.env.AMECS_EMULATED_PI ?? join(homedir(), '.cache', 'amecs', 'emulated-pi');

/** Why the hardware tests cannot run here, or undefined when they can. */
export function whyNoEmulatedPi(): string | undefined {
  if (existsSync(join(BUILT, 'packages', 'node_modules'))) return undefined;
  return `no emulated Pi in ${BUILT}: make it with "sh test/hardware/emulated-pi/build.sh ${BUILT}"`;
}

export interface BoxLine {
  readonly event: string;
  /** `performance.now()` of the host when the line came. */
  readonly atMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface BoxOnPi {
  readonly machine: Machine;
  /** What the box has logged so far, oldest first. */
  log(): readonly BoxLine[];
  /** The first line of these events from `log()[from]` on. */
  waitForLog(events: readonly string[], from?: number, withinMs?: number): Promise<BoxLine>;
  /** Line of an emotion's button; its lamp is four further. */
  lineOf(emotion: Emotion): number;
  /** Levels of a button's line over time: pairs of level and how long it stays, ms. */
  play(line: number, levels: readonly (readonly [isDown: boolean, forMs: number])[]): Promise<void>;
  /** Waits by the machine's own clock. */
  sleep(seconds: number): Promise<void>;
  /** Presses a line for so long by the machine's own clock, and a little longer. */
  press(line: number, forS: number): Promise<void>;
  /** Ends the box as Ctrl-C does and resolves with its exit code. */
  stop(): Promise<number>;
}

/** A lamp lies this many lines after its button. */
export const LAMPS_AFTER = EMOTIONS.length;

/** Files of the repository that a box runs on. */
const APP = ['dist', 'package.json', 'models/shipped', 'device/panel/page', 'provisioning/box'];

/** An answer of the emulated box takes up to 2 s. */
const ANSWER_MS = 30_000;

/** Emulated start-up takes 6-10 s on a quiet machine; ten-fold for a busy one. */
const START_MS = 100_000;

/** A machine whose time goes by instructions takes up to this much longer than it thinks, while music is decoded. */
const SLOWEST = 20;

export interface BoxOptions {
  /** Folder on this side that becomes `/box`; emptied. */
  readonly folder: string;
  /** A data folder whose library knows the songs of its `music` folder: hearing them under emulation takes a minute each. */
  readonly data: string;
  /** Device file besides the pins. */
  readonly config?: object;
  /** Shell commands run before the box starts; where they make `/root/data`, that is the data folder. */
  readonly before?: string;
  readonly time?: MachineOptions['time'];
  readonly more?: readonly string[];
}

export async function startBoxOnPi({
  folder,
  data,
  config = {},
  before,
  time,
  more,
}: BoxOptions): Promise<BoxOnPi> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // One file goes over much sooner than hundreds.
  execFileSync('tar', ['-cf', join(folder, 'app.tar'), '--exclude=dist/test', ...APP]);
  // A song is known by its file's time too.
  cpSync(data, join(folder, 'data'), { recursive: true, preserveTimestamps: true });
  cpSync(join(import.meta.dirname, 'start'), join(folder, 'start'));
  const lines = (offset: number) => Object.fromEntries(EMOTIONS.map((emotion, at) => [emotion, at + offset]));
  writeFileSync(
    join(folder, 'device.json'),
    JSON.stringify({ gpioPins: lines(0), lampPins: lines(EMOTIONS.length), sound: 'silent', ...config }),
  );

  const machine = await startMachine({
    built: BUILT,
    box: folder,
    ...(time === undefined ? {} : { time }),
    ...(more === undefined ? {} : { more }),
  });
  const { console, header } = machine;
  for (const emotion of EMOTIONS) await header.drive(lineOf(emotion), true);
  await console.waitFor(/emulated Pi is up/, START_MS);
  await console.run('mkdir /root/app && busybox tar -xf /box/app.tar -C /root/app', START_MS);
  if (before !== undefined) await console.run(before, START_MS);
  await console.run(
    '{ [ -e /root/data ] || cp -a /box/data /root/data; } && cd /root/app && ' +
      '{ node dist/provisioning/cli/amecs.js device --config /box/device.json --data /root/data --music /root/data/music </dev/null & } ' +
      '&& echo $! >/run/box.pid',
  );

  const parsed: BoxLine[] = [];
  let read = 0;
  const log = (): readonly BoxLine[] => {
    for (; read < console.lines.length; read += 1) {
      const line = logLineOf(console.lines[read]!);
      if (line !== undefined) parsed.push(line);
    }
    return parsed;
  };

  const sleep = async (seconds: number): Promise<void> => {
    await console.run(`sleep ${seconds}`, START_MS + SLOWEST * 1000 * seconds);
  };

  return {
    machine,
    log,
    lineOf,
    waitForLog: (events, from = 0, withinMs = ANSWER_MS) =>
      until(
        events.join(' or '),
        () =>
          log()
            .slice(from)
            .find(({ event }) => events.includes(event)),
        withinMs,
      ),
    async play(line, levels) {
      for (const [isDown, forMs] of levels) {
        await header.drive(line, !isDown);
        if (forMs > 0) await pause(forMs);
      }
    },
    sleep,
    async press(line, forS) {
      await header.drive(line, false);
      await sleep(forS);
      await header.drive(line, true);
    },
    async stop() {
      await console.run('kill -INT $(cat /run/box.pid)');
      const code = await console.run('wait $(cat /run/box.pid); echo "code $?"', START_MS);
      return Number(/code (\d+)$/.exec(code)![1]);
    },
  };
}

function lineOf(emotion: Emotion): number {
  return EMOTIONS.indexOf(emotion);
}

/** A line of the console as one of the log; undefined for what is none. */
export function logLineOf({ text, atMs }: ConsoleLine): BoxLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { event, ...fields } = JSON.parse(text) as Record<string, unknown>;
    return typeof event === 'string' ? { event, atMs, fields } : undefined;
  } catch {
    return undefined;
  }
}
