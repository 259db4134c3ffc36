/**
 * Decides when blocks are mixed and handed on: just ahead of the monotonic clock, never more than `MOST_LEAD_MS`, so
 * that a press is heard soon whatever a pipe or a card would swallow. Between songs it hands on silence. Its caller
 * wakes it every `WAKE_EVERY_MS`, and tells it now and then what has gathered on the way, which it then waits for.
 */
import { CHANNELS, framesToMs } from './audio-format.ts';
import type { Mixer, MixerNews } from './mixer.ts';

/** 5.8 ms: the first block of a song is mixed and handed on as one. */
export const BLOCK_FRAMES = 256;

/** What is kept queued at each wake: an output with no buffer of its own has 21 ms left before the next. */
export const LEAD_MS = 32;

/** The most that is ever queued, reached when a song begins between two wakes. */
export const MOST_LEAD_MS = 40;

/** How much less is queued just before a wake than just after, while a song sounds. */
export const WAKE_EVERY_MS = 5;

const MOST_BLOCKS_A_WAKE = 64;

/** In silence, where a box mostly is, so many are handed on together: half the writes. */
const SILENT_BLOCKS = 2;

/** Less than this on the way is a period that an output collects before it hands it on. */
const HARMLESS_BACKLOG_MS = 12;

/** +-1.0 on the 16-bit scale. */
const FULL_SCALE = 32_767;

export interface PumpFigures {
  /** Times more had been played than was handed on, while a song sounded. */
  readonly lateWakes: number;
  readonly lateMs: number;
}

export interface PumpTarget {
  /** Takes interleaved stereo S16 at 44.1 kHz; valid only during the call. */
  write(block: Int16Array): void;
  /** What its own buffer plays on with when the pump is late, beyond the lead. */
  readonly slackMs: number;
  /** What it took and has not handed to its own buffer. */
  readonly backlogMs: number;
}

export interface OutputPump {
  /** Hands on what is due. */
  wake(): void;
  /** Hands on one block at once, for a song that has just been started; does nothing when the lead is full. */
  pushNow(): void;
  /**
   * Hands on less until what has gathered before the target is gone: its card runs slower than our clock, or stood
   * still. To be called every half second or so; a backlog counts once it was there twice.
   */
  waitForBacklog(): void;
  /** Counts time from now: for a new target, whose buffer is empty. */
  restartClock(): void;
  figures(): PumpFigures;
}

export function createOutputPump(ports: {
  readonly monotonicMs: () => number;
  readonly mixer: Mixer;
  readonly target: PumpTarget;
  /** Told after the block with this news was handed on, at `atMs`. */
  readonly onNews: (news: MixerNews, atMs: number) => void;
}): OutputPump {
  const { monotonicMs, mixer, target, onNews } = ports;
  const mixed = new Float32Array(BLOCK_FRAMES * CHANNELS);
  const handedOn = new Int16Array(BLOCK_FRAMES * CHANNELS * MOST_BLOCKS_A_WAKE);
  let startedAtMs = monotonicMs();
  let framesWritten = 0;
  let lateWakes = 0;
  let lateMs = 0;
  let backlogBeforeMs = 0;

  /** How much more was handed on than has been played by now, ms. */
  function leadMs(): number {
    return framesToMs(framesWritten) - (monotonicMs() - startedAtMs);
  }

  /** Mixes `count` blocks and hands them on in one piece: the speaker binding leaks a little at every write. */
  function writeBlocks(count: number): void {
    const news: MixerNews[] = [];
    const samples = handedOn.subarray(0, count * mixed.length);
    if (mixer.isSilent) samples.fill(0);
    else mixBlocks(samples, news);
    target.write(samples);
    framesWritten += count * BLOCK_FRAMES;
    if (news.length === 0) return;
    const atMs = monotonicMs();
    for (const item of news) onNews(item, atMs);
  }

  function mixBlocks(samples: Int16Array, news: MixerNews[]): void {
    for (let offset = 0; offset < samples.length; offset += mixed.length) {
      news.push(...mixer.mix(mixed));
      for (let i = 0; i < mixed.length; i++) samples[offset + i] = Math.round(mixed[i]! * FULL_SCALE);
    }
  }

  /** After a wake so late that the target ran dry, goes on from now: catching up would only queue more. */
  function forgiveLateness(): void {
    const shortfallMs = -leadMs() - target.slackMs;
    if (shortfallMs <= 0) return;
    startedAtMs += shortfallMs;
    if (mixer.isSilent) return;
    lateWakes += 1;
    lateMs += shortfallMs;
  }

  return {
    wake() {
      forgiveLateness();
      const due = Math.floor((LEAD_MS - leadMs()) / framesToMs(BLOCK_FRAMES));
      if (due < (mixer.isSilent ? SILENT_BLOCKS : 1)) return;
      writeBlocks(Math.min(due, MOST_BLOCKS_A_WAKE));
    },
    pushNow() {
      forgiveLateness();
      if (leadMs() + framesToMs(BLOCK_FRAMES) <= MOST_LEAD_MS) writeBlocks(1);
    },
    waitForBacklog() {
      const { backlogMs } = target;
      const lastingMs = Math.min(backlogMs, backlogBeforeMs);
      backlogBeforeMs = backlogMs;
      if (lastingMs <= HARMLESS_BACKLOG_MS) return;
      startedAtMs += lastingMs;
      backlogBeforeMs = 0;
    },
    restartClock() {
      startedAtMs = monotonicMs();
      framesWritten = 0;
      backlogBeforeMs = 0;
    },
    figures: () => ({ lateWakes, lateMs }),
  };
}
