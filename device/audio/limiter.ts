/**
 * The safety net under everything: the waveform never leaves above the ceiling, not even between samples, where a
 * converter would make more of it. It looks ahead, so a peak is met by a bend of the gain and not by a jump, and lets
 * go slowly, so a loud passage is turned down as a whole instead of wave by wave. Both channels share one gain: the
 * image does not move. What stays below the ceiling passes bit for bit, `LIMITER_DELAY_FRAMES` later.
 */
import { CHANNELS } from './audio-format.ts';
import { createGainCurve, LOOK_AHEAD_FRAMES } from './gain-curve.ts';
import { CREST_DELAY_FRAMES, createWaveCrests } from './wave-crests.ts';

/** -1 dBTP: EBU R 128 s3.1 and AES TD1004 ask for it. */
export const CEILING = 10 ** (-1 / 20);

/** What the finite reach of the crest finder may miss, held back: 0.2 dB. */
const AIM = CEILING * 10 ** (-0.2 / 20);

/** 1.7 ms, part of every press to sound. */
export const LIMITER_DELAY_FRAMES = CREST_DELAY_FRAMES + LOOK_AHEAD_FRAMES;

export interface Limiter {
  /** Replaces an interleaved stereo block by what comes out meanwhile; needs finite samples. */
  limit(block: Float32Array): void;
  /** Nothing but silence is left in it; it has then forgotten how loud it was. */
  readonly isDrained: boolean;
}

export function createLimiter(): Limiter {
  const left = createWaveCrests(AIM);
  const right = createWaveCrests(AIM);
  const gains = createGainCurve();
  const delayed = LIMITER_DELAY_FRAMES * CHANNELS;
  // The last samples that came in stand in front of each block.
  let line = new Float32Array(delayed);
  let heights = new Float64Array(0);
  let silentFrames = Infinity;

  function makeRoom(block: Float32Array): void {
    if (line.length >= delayed + block.length) return;
    const longer = new Float32Array(delayed + block.length);
    longer.set(line.subarray(0, delayed));
    line = longer;
    heights = new Float64Array(block.length / CHANNELS);
  }

  function countSilence(block: Float32Array): void {
    const sounding = block.findLastIndex((sample) => sample !== 0);
    silentFrames = sounding < 0 ? silentFrames : -1 - Math.floor(sounding / CHANNELS);
    silentFrames += block.length / CHANNELS;
  }

  function isDrained(): boolean {
    return silentFrames >= LIMITER_DELAY_FRAMES;
  }

  return {
    limit(block) {
      makeRoom(block);
      const frames = block.length / CHANNELS;
      heights.fill(0, 0, frames);
      left.raise(heights, block, 0);
      right.raise(heights, block, 1);
      countSilence(block);
      line.set(block, delayed);
      block.set(line.subarray(0, block.length));
      line.copyWithin(0, block.length, block.length + delayed);
      let isWithin = gains.isFlat;
      for (let frame = 0; isWithin && frame < frames; frame++) isWithin = heights[frame]! <= AIM;
      if (!isWithin) {
        for (let frame = 0; frame < frames; frame++) {
          const gain = gains.next(Math.min(1, AIM / heights[frame]!));
          if (gain === 1) continue;
          const at = frame * CHANNELS;
          block[at] = block[at]! * gain;
          block[at + 1] = block[at + 1]! * gain;
        }
      }
      if (isDrained()) gains.reset();
    },
    get isDrained() {
      return isDrained();
    },
  };
}
