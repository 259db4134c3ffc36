/**
 * One life of the audio process, from fork to exit: its heartbeat, its last words, and why it ended. What happens then
 * is the supervisor's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../compiled-entry.ts';
import type { PlayerEvent } from '../core/ports.ts';
import {
  type AudioCommand,
  type AudioFigures,
  type AudioProcessOptions,
  type AudioReport,
  HEARTBEAT_MS,
} from './audio-messages.ts';

/** Three heartbeats missed. */
const HANGS_AFTER_MS = 3 * HEARTBEAT_MS;

/** Until the first heartbeat: Node and its modules take this long from a slow card. */
const STARTS_WITHIN_MS = 8000;

const LOOK_EVERY_MS = 250;

/** After this the process is killed; the promise of the player's `close` is 500 ms. */
const CLOSES_WITHIN_MS = 400;

/** How much of the process's last words is kept to explain a death. */
const LAST_WORDS_LENGTH = 2000;

/** The mp3 codec's complaints about frames it has skipped; they say nothing about the process. */
const CODEC_CHATTER = /MPG123_ERR|Warning: .*mpg123/i;

export interface AudioChild {
  readonly pid: number | undefined;
  /** Never throws; what is said to a process that is going down is lost. */
  send(command: AudioCommand): void;
  /** Asks it to fade out and end; resolves once it has, within 500 ms. */
  close(): Promise<void>;
}

/** How a life ended. */
export interface AudioChildEnd {
  /** Continues "the audio process ...". */
  readonly how: string;
  /** It ended by itself for this reason, and should be replaced without a word. */
  readonly retiring: string | undefined;
  /** It died while opening this sink. */
  readonly diedOpening: string | undefined;
  readonly lastWords: string;
}

/** Starts the audio process. `onEnd` is called once, and nothing after it. */
export function startAudioChild(options: {
  readonly processOptions: AudioProcessOptions;
  readonly onEvent: (event: PlayerEvent) => void;
  readonly onFigures: (figures: AudioFigures) => void;
  readonly onLog: (line: Extract<AudioReport, { kind: 'log' }>) => void;
  readonly onEnd: (end: AudioChildEnd) => void;
}): AudioChild {
  const { onEvent, onFigures, onLog, onEnd } = options;
  let lastWords = '';
  let opening: string | undefined;
  let retiring: string | undefined;
  let quietMs = 0;
  let hasBeaten = false;
  let verdict: string | undefined;
  let isOver = false;
  let resolveEnded = (): void => {};
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve;
  });

  function hear(report: AudioReport): void {
    quietMs = 0;
    switch (report.kind) {
      case 'event':
        onEvent(report.event);
        break;
      case 'opening':
        opening = report.sink;
        break;
      case 'alive':
        hasBeaten = true;
        opening = undefined;
        onFigures(report.figures);
        break;
      case 'retiring':
        retiring = report.reason;
        break;
      case 'log':
        onLog(report);
    }
  }

  function over(how: string): void {
    if (isOver) return;
    isOver = true;
    clearInterval(watch);
    resolveEnded();
    // Killed from outside it says nothing about the sink; aborted it does.
    const diedOpening = how.includes('SIGKILL') ? undefined : opening;
    onEnd({ how, retiring, diedOpening, lastWords: lastWords.trim() });
  }

  // Counted in looks, not by the clock: after a stall of our own the process has not been given its turn yet.
  const watch = setInterval(() => {
    quietMs += LOOK_EVERY_MS;
    if (quietMs < (hasBeaten ? HANGS_AFTER_MS : STARTS_WITHIN_MS)) return;
    verdict = `gave no sign of life for ${quietMs} ms`;
    child?.kill('SIGKILL');
  }, LOOK_EVERY_MS);

  const child = forkProcess(options.processOptions, (error) =>
    over(`could not be started: ${error.message}`),
  );
  preferOverOthers(child?.pid);
  child?.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const words = text.split('\n').filter((line) => line !== '' && !CODEC_CHATTER.test(line));
    lastWords = [lastWords, ...words].join('\n').slice(-LAST_WORDS_LENGTH);
  });
  child?.on('message', (report) => hear(report as AudioReport));
  child?.on('exit', (code, signal) => over(verdict ?? `ended (${signal ?? `exit code ${code}`})`));

  function send(command: AudioCommand): void {
    if (child?.connected) child.send(command, () => {});
  }

  return {
    pid: child?.pid,
    send,
    async close() {
      const timer = setTimeout(() => child?.kill('SIGKILL'), CLOSES_WITHIN_MS);
      send({ kind: 'close' });
      await ended;
      clearTimeout(timer);
    },
  };
}

/** `onError` is never called in this turn. */
function forkProcess(
  processOptions: AudioProcessOptions,
  onError: (error: Error) => void,
): ChildProcess | undefined {
  const entry = fileURLToPath(compiledEntry(import.meta.url, './audio-process.ts'));
  try {
    const child = fork(entry, [JSON.stringify(processOptions)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--max-semi-space-size=2'],
    });
    child.on('error', onError);
    return child;
  } catch (error) {
    // Some failures of the system (no memory) are thrown, others told as an event.
    setImmediate(onError, error as Error);
    return undefined;
  }
}

/** Lets the process go first from its first moment on; its threads and `aplay` begin with the same priority. */
function preferOverOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGH);
  } catch {
    // Needs a privilege that the box's service gives (LimitNICE) and a laptop does not; sound works without.
  }
}
