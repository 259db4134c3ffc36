/**
 * Plays through alsa-utils' `aplay`, which is on every Pi: S16 down a pipe into one process that stays. The pipe
 * would hold a third of a second; the pump's pacing keeps it nearly empty.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHANNELS, SAMPLE_RATE_HZ } from '../audio-format.ts';
import { LEAD_MS } from '../output-pump.ts';
import { bytesOf, type OpenSink, SINK_CLOSE_MS, type Sink } from './sink.ts';

/** The card's buffer. aplay starts the card when it is full, so this is also how much is queued in all. */
const BUFFER_MS = 50;

const PERIOD_MS = 10;

/** A card that is missing or busy makes aplay end within this. */
const SETTLE_MS = 150;

/** A card that takes nothing for a second and a half has hung. */
const MOST_UNSENT_BYTES = SAMPLE_RATE_HZ * CHANNELS * 2 * 1.5;

const ARGUMENTS = [
  '-q',
  ...['-t', 'raw', '-f', 'S16_LE', '-r', String(SAMPLE_RATE_HZ), '-c', String(CHANNELS)],
  ...[`--buffer-time=${BUFFER_MS * 1000}`, `--period-time=${PERIOD_MS * 1000}`],
  '-',
];

/** `program` is found along PATH; tests give another. */
export function openAplaySink(program = 'aplay'): OpenSink {
  return async (onFailure) => {
    // Its own process group: Ctrl-C in a terminal must reach it through us, not before us.
    const child = spawn(program, ARGUMENTS, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let lastWords = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = `${lastWords}${text}`.slice(-400);
    });
    // A broken pipe is told by the exit that goes with it.
    child.stdin.on('error', () => {});
    let isOpen = true;
    let hasSettled = false;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`aplay cannot be started (${error.message}).`));
      child.once('exit', (code, signal) =>
        resolve(`aplay ended (${signal ?? code}): ${firstLine(lastWords)}`),
      );
    });
    void ended.then((reason) => fail(reason));

    function fail(reason: string): void {
      if (!isOpen) return;
      isOpen = false;
      child.kill('SIGKILL');
      if (hasSettled) onFailure(`${reason} Check that the speaker is plugged in.`.slice(0, 200));
    }

    let timer: NodeJS.Timeout | undefined;
    const settled = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, SETTLE_MS, undefined);
    });
    const refusal = await Promise.race([ended, settled]);
    clearTimeout(timer);
    if (refusal !== undefined) throw new Error(`${refusal} Check the card with "aplay -l".`);
    hasSettled = true;

    return {
      name: 'aplay',
      slackMs: BUFFER_MS - LEAD_MS,
      hasOwnClock: true,
      write(block) {
        if (!isOpen) return;
        if (child.stdin.writableLength > MOST_UNSENT_BYTES)
          return fail('The sound card takes no more sound.');
        child.stdin.write(Buffer.from(bytesOf(block)));
      },
      async close() {
        isOpen = false;
        await end(child);
      },
    } satisfies Sink;
  };
}

/** Ends a child within `SINK_CLOSE_MS`; what it has queued is not played. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), SINK_CLOSE_MS / 2);
  await once(child, 'exit');
  clearTimeout(timer);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
