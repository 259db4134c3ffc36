/**
 * The command lines of libgpiod's tools and what they print, for both versions in use: 1.6 (Debian 12) and 2.x
 * (Debian 13), which share names and little else. Pure but for `askGpiod` and `findGpiodChip`. Formats: `gpiomon --help`, tools/gpiomon.c.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { headerAmong } from './gpio-chip.ts';

/** A tool that lists chips answers in milliseconds, ms. */
const ANSWER_TIMEOUT_MS = 5000;

export type GpiodVersion = 1 | 2;

export interface Gpiod {
  readonly version: GpiodVersion;
  /** Name of the header's chip, such as `gpiochip0`. */
  readonly chip: string;
}

/** Runs a program and resolves to its output; rejects as `execFile` does. */
export type RunTool = (command: string, args: readonly string[]) => Promise<string>;

const runTool: RunTool = async (command, args) =>
  (await promisify(execFile)(command, [...args], { timeout: ANSWER_TIMEOUT_MS })).stdout;

/** Which version there is and where the header is; rejects with one sentence when there is neither. */
export async function askGpiod(run: RunTool = runTool): Promise<Gpiod> {
  const version = parseVersion(await ask(run, 'gpiomon', ['--version']));
  if (version === undefined) throw new Error('this gpiomon is neither of version 1 nor 2');
  return { version, chip: await findGpiodChip(run) };
}

/** Name of the header's chip, such as `gpiochip0`; rejects with one sentence when it is not known. */
export async function findGpiodChip(run: RunTool = runTool): Promise<string> {
  const chips = parseChips(await ask(run, 'gpiodetect', []));
  const header = headerAmong(chips);
  if (header !== undefined) return header.name;
  const seen = chips.map(({ label }) => label).join(', ') || 'none';
  throw new Error(`no Raspberry Pi header among the GPIO chips here (${seen})`);
}

async function ask(run: RunTool, command: string, args: readonly string[]): Promise<string> {
  try {
    return await run(command, args);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is not installed ("apt install gpiod")' : message;
    throw new Error(`${command} ${reason}`, { cause: error });
  }
}

/** From `gpiomon (libgpiod) v1.6.3`. */
export function parseVersion(text: string): GpiodVersion | undefined {
  const major = /\bv([12])\.\d/.exec(text)?.[1];
  return major === undefined ? undefined : major === '1' ? 1 : 2;
}

/** From lines such as `gpiochip0 [pinctrl-bcm2711] (58 lines)`; the same in both versions. */
export function parseChips(text: string): readonly { readonly name: string; readonly label: string }[] {
  return [...text.matchAll(/^(\S+) \[(.*)\] \(\d+ lines?\)$/gm)].map(([, name, label]) => ({
    name: name!,
    label: label!,
  }));
}

/** Arguments for `gpiomon` that watch these lines for both edges, pulled up by the Pi itself. */
export function watchArguments({ version, chip }: Gpiod, lines: readonly number[]): readonly string[] {
  const offsets = lines.map(String);
  return version === 1
    ? ['--bias=pull-up', '--line-buffered', '--format=%o %e %s.%n', chip, ...offsets]
    : ['--bias=pull-up', '--edges=both', '--format=%o %e %S', `--chip=${chip}`, ...offsets];
}

export interface LineEvent {
  readonly line: number;
  readonly isHigh: boolean;
  /** CLOCK_MONOTONIC in ms (kernels since 5.7). */
  readonly atMs: number;
}

/**
 * One line of `gpiomon` with the formats above. Edges: 1 rising and 0 falling in version 1, 1 rising and 2 falling in
 * version 2. Version 1 prints the nanoseconds without their leading zeros.
 */
export function parseLineEvent(text: string): LineEvent | undefined {
  const match = /^(\d+) ([012]) (\d+)\.(\d{1,9})$/.exec(text.trim());
  if (match === null) return undefined;
  const [, line, edge, seconds, fraction] = match;
  // Nine digits either way: %S writes them all, %n means nanoseconds.
  return { line: Number(line), isHigh: edge === '1', atMs: Number(seconds) * 1000 + Number(fraction) / 1e6 };
}
