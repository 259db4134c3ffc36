/**
 * A card behind aplay, in simulated time: aplay reads whole periods and hands each on when the card has room; the card
 * begins once enough is queued, runs at its own rate, and when it runs dry waits until enough is queued again.
 */
import { CHANNELS, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';
import type { PumpTarget } from '../../../device/audio/output-pump.ts';

export interface SimulatedCard extends PumpTarget {
  /** Lets time pass. */
  pass(ms: number): void;
  /** The card takes nothing more until `resume`. */
  stall(): void;
  resume(): void;
  /** All frames it was ever given, and has ever played. */
  readonly framesTaken: number;
  readonly framesPlayed: number;
  /** What was taken and has not reached the card's own buffer. */
  readonly beyondBufferMs: number;
  readonly underruns: number;
}

export function createSimulatedCard({
  periodFrames = 512,
  bufferFrames = 2048,
  startFrames = 1535,
  slackMs = 2.8,
  fasterBy = 0,
} = {}): SimulatedCard {
  // Whole frames, so that no rounding keeps a period back.
  let taken = 0;
  let read = 0;
  let handedOn = 0;
  let played = 0;
  let isRunning = false;
  let isStalled = false;
  let underruns = 0;
  /** Steps of a quarter of a millisecond. */
  const stepFrames = 0.00025 * SAMPLE_RATE_HZ * (1 + fasterBy);

  /** aplay reads a period and tries to hand it on; while it waits for room it reads no further. */
  function move(): void {
    for (;;) {
      if (read === handedOn && taken - read >= periodFrames) read += periodFrames;
      if (read === handedOn || handedOn + periodFrames - played > bufferFrames) return;
      handedOn = read;
      if (handedOn - played >= startFrames) isRunning = true;
    }
  }

  return {
    slackMs,
    write(block) {
      taken += block.length / CHANNELS;
      move();
    },
    pass(ms) {
      for (let step = 0; step < ms * 4; step++) {
        if (!isRunning || isStalled) continue;
        played = Math.min(played + stepFrames, handedOn);
        if (played === handedOn) {
          isRunning = false;
          underruns += 1;
        }
        move();
      }
    },
    stall() {
      isStalled = true;
    },
    resume() {
      isStalled = false;
    },
    get framesTaken() {
      return taken;
    },
    get framesPlayed() {
      return played;
    },
    get backlogMs() {
      // As the sink asks: does aplay wait for us, or for the card; and what lies before it at least.
      return read === handedOn ? 0 : Math.max(13, ((taken - read) * 1000) / SAMPLE_RATE_HZ);
    },
    get beyondBufferMs() {
      return ((taken - handedOn) * 1000) / SAMPLE_RATE_HZ;
    },
    get underruns() {
      return underruns;
    },
  };
}
