/**
 * Plays through alsa-utils' `aplay`, which is on every Pi: S16 into one process that stays. What was written and not
 * yet read by it is asked of the kernel, so that nothing gathers on the way unnoticed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHANNELS, framesToMs, SAMPLE_RATE_HZ } from '../audio-format.ts';
import { LEAD_MS } from '../output-pump.ts';
import { createAplayWords } from './aplay-words.ts';
import { cardFault, hungCard, wrongRate } from './card-fault.ts';
import { bytesRead, waitsForInput } from './read-progress.ts';
import { bytesOf, type OpenSink, SINK_CLOSE_MS, type Sink } from './sink.ts';

/** What the card moves on by, 11.6 ms, and what it can hold, 46.4 ms: as provisioning sets ALSA's mixer up. */
const PERIOD_FRAMES = 512;
const BUFFER_FRAMES = 4 * PERIOD_FRAMES;

/**
 * The card begins, and begins again after it ran dry, with this much queued; from then on it holds 5 ms less to 6 ms
 * more. One period may still wait in aplay, so a wake of the pump may come 18 ms late; a press waits 41 ms at most.
 */
const START_FRAMES = 3 * PERIOD_FRAMES;

/** A card is set up, or refused, long before this; a program that has said nothing by then is taken to play. */
const SETTLE_MS = 5000;

/** How long after its end its last words are waited for. */
const LAST_WORDS_MS = 500;

/** What was written and not read for this long is kept by no card: it has hung. */
const MOST_UNSENT_MS = 500;

/**
 * Told when aplay waits for the card instead of for us: then the card is full, of which a press hears every millisecond.
 * Less than there is, so that the pump never waits too long; it is asked again.
 */
const FULL_CARD_MS = 13;

const BYTES_PER_MS = (SAMPLE_RATE_HZ * CHANNELS * 2) / 1000;

const ARGUMENTS = [
  // Tells how it set the card up, and warns of a wrong rate, which it does not when quiet.
  '-v',
  ...['-t', 'raw', '-f', 'S16_LE', '-r', String(SAMPLE_RATE_HZ), '-c', String(CHANNELS)],
  ...[`--period-size=${PERIOD_FRAMES}`, `--buffer-size=${BUFFER_FRAMES}`],
  `--start-delay=${Math.floor(framesToMs(START_FRAMES) * 1000)}`,
  '-',
];

export interface AplayOptions {
  /** Found along PATH; tests give another. */
  readonly program?: string;
  /** The card's name, for people. */
  readonly card?: string | undefined;
  /** How long it may say nothing; tests do not wait so long. */
  readonly settleMs?: number;
}

export function openAplaySink({
  program = 'aplay',
  card,
  settleMs = SETTLE_MS,
}: AplayOptions = {}): OpenSink {
  return async (onFailure, onUnderrun) => {
    // Its own process group: Ctrl-C in a terminal must reach it through us, not before us. In plain English.
    const child = spawn(program, ARGUMENTS, {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
    });
    let isOpen = true;
    let hasSettled = false;
    let startFrames = START_FRAMES;
    let resolveOutcome = (_refusal: string | undefined): void => {};
    const outcome = new Promise<string | undefined>((resolve) => {
      resolveOutcome = resolve;
    });
    const words = createAplayWords((word) => {
      if (word.kind === 'wrongRate') fail(wrongRate(word.rateHz, card));
      else if (word.kind === 'underrun') onUnderrun();
      else {
        startFrames = word.startFrames;
        resolveOutcome(undefined);
      }
    });
    child.stderr.setEncoding('utf8').on('data', words.hear);
    // A broken pipe is told by the exit that goes with it.
    child.stdin.on('error', () => {});
    child.once('error', ({ message }) => fail(cardFault(message, card)));
    child.once('exit', (code, signal) => {
      const explain = (): void =>
        fail(cardFault(words.lastComplaint() || `aplay ended, ${signal ?? `exit code ${code}`}`, card));
      // Its last words may still be on their way; a child of its own (ALSA's mixer) may keep the pipe open for ever.
      child.once('close', explain);
      setTimeout(explain, LAST_WORDS_MS).unref();
    });

    function fail(reason: string): void {
      if (!isOpen) return;
      isOpen = false;
      child.kill('SIGKILL');
      if (hasSettled) onFailure(reason);
      else resolveOutcome(reason);
    }

    const timer = setTimeout(resolveOutcome, settleMs, undefined);
    const refusal = await outcome;
    clearTimeout(timer);
    if (refusal !== undefined) throw new Error(refusal);
    hasSettled = true;
    let readBefore = bytesRead(child.pid!);
    /** Since aplay had last read everything: what it reads besides, from ALSA's timer, would add up. */
    let bytesWritten = 0;

    return {
      name: 'aplay',
      slackMs: Math.max(0, framesToMs(startFrames) - LEAD_MS),
      hasOwnClock: true,
      get backlogMs() {
        if (!isOpen) return 0;
        const read = bytesRead(child.pid!);
        const waits = waitsForInput(child.pid!);
        if (waits === true) {
          readBefore = read;
          bytesWritten = 0;
          return 0;
        }
        const leastMs = waits === undefined ? 0 : FULL_CARD_MS;
        if (read === undefined || readBefore === undefined) return leastMs;
        return Math.max(leastMs, (bytesWritten - (read - readBefore)) / BYTES_PER_MS);
      },
      write(block) {
        if (!isOpen) return;
        if (child.stdin.writableLength > MOST_UNSENT_MS * BYTES_PER_MS) return fail(hungCard(card));
        child.stdin.write(Buffer.from(bytesOf(block)));
        bytesWritten += block.byteLength;
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
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), SINK_CLOSE_MS / 2);
  await once(child, 'exit');
  clearTimeout(timer);
}
