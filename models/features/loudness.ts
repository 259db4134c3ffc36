/**
 * How loud a song is: integrated loudness by ITU-R BS.1770-4 / EBU R128 (K-weighting, blocks of 400 ms every
 * 100 ms, gates at -70 LUFS and 10 LU below the mean), and how far its loudness ranges (EBU Tech 3342), as a stream.
 * Memory: 8 bytes for each 100 ms.
 */
import { createKWeighting } from './k-weighting.ts';

/** LUFS: the absolute gate, and so the least a song can measure; silence is given this. */
export const SILENCE_LUFS = -70;

/** LU below the loudness of all blocks above the absolute gate. */
const RELATIVE_GATE_LU = 10;
/** Steps of 100 ms in a gating block. */
const STEPS_A_BLOCK = 4;
const STEPS_A_SECOND = 10;
/** Steps of the 3 s blocks that the range is measured on, their gate below the mean, and its percentiles (Tech 3342). */
const STEPS_A_LONG_BLOCK = 30;
const RANGE_GATE_LU = 20;
const RANGE_LOW = 0.1;
const RANGE_HIGH = 0.95;
/** dB: makes a 997 Hz sine at 0 dBFS in one channel read -3.01 LUFS. */
const OFFSET_LU = -0.691;
/** Surround channels count 1.5 dB more, the low-frequency channel not at all (BS.1770-4 table 3). */
const SURROUND = 1.41;

export interface LoudnessMeter {
  /** `frames` samples of each channel, finite. */
  write(channels: readonly Float32Array[], frames: number): void;
  /** Integrated loudness so far, LUFS, -70 or more; below 400 ms of sound, of all there is as one block. */
  integratedLufs(): number;
  /** Loudness range so far, LU: how far its loud seconds lie above its quiet ones; 0 below 3 s of sound. */
  rangeLu(): number;
}

/** Weights of the channels in the order WAVE and FLAC keep them; those beyond a layout we know count 1. */
export function channelWeights(channels: number): readonly number[] {
  const layouts: Readonly<Record<number, readonly number[]>> = {
    4: [1, 1, SURROUND, SURROUND],
    5: [1, 1, 1, SURROUND, SURROUND],
    6: [1, 1, 1, 0, SURROUND, SURROUND],
    8: [1, 1, 1, 0, SURROUND, SURROUND, SURROUND, SURROUND],
  };
  return layouts[channels] ?? Array.from({ length: channels }, () => 1);
}

/** `weights`: one a channel; `channelWeights` for the standard's, [2] for mono that is played on two loudspeakers. */
export function createLoudnessMeter(sampleRateHz: number, weights: readonly number[]): LoudnessMeter {
  const filters = weights.map(() => createKWeighting(sampleRateHz));
  const stepLength = Math.max(1, Math.round(sampleRateHz / STEPS_A_SECOND));
  // Weighted energy of each 100 ms step; the last one is still growing.
  let steps = new Float64Array(600);
  let stepCount = 0;
  let stepEnergy = 0;
  let stepFilled = 0;

  function endStep(): void {
    if (stepCount === steps.length) {
      const longer = new Float64Array(2 * steps.length);
      longer.set(steps);
      steps = longer;
    }
    steps[stepCount++] = stepEnergy;
    stepEnergy = 0;
    stepFilled = 0;
  }

  return {
    write(channels, frames) {
      for (let start = 0; start < frames; ) {
        const end = Math.min(frames, start + stepLength - stepFilled);
        for (let c = 0; c < filters.length; c++) {
          const energy = filters[c]!.energy(channels[c]!, start, end);
          stepEnergy += weights[c]! * energy;
        }
        stepFilled += end - start;
        start = end;
        if (stepFilled === stepLength) endStep();
      }
    },
    integratedLufs() {
      const powers = blockPowers(steps.subarray(0, stepCount), stepLength, STEPS_A_BLOCK);
      if (powers.length > 0) return gatedLufs(powers);
      const samples = stepCount * stepLength + stepFilled;
      const energy = steps.subarray(0, stepCount).reduce((sum, step) => sum + step, stepEnergy);
      return gatedLufs(samples === 0 ? powers : Float64Array.of(energy / samples));
    },
    rangeLu() {
      const powers = blockPowers(steps.subarray(0, stepCount), stepLength, STEPS_A_LONG_BLOCK);
      const absoluteGate = lufsToPower(SILENCE_LUFS);
      const gate = Math.max(absoluteGate, meanAbove(powers, absoluteGate) * 10 ** (-RANGE_GATE_LU / 10));
      const heard = powers.filter((power) => power > gate).sort();
      if (heard.length === 0) return 0;
      const at = (share: number): number => powerToLufs(heard[Math.round((heard.length - 1) * share)]!);
      return at(RANGE_HIGH) - at(RANGE_LOW);
    },
  };
}

/** Mean square of each block of so many steps, one beginning at every step. */
function blockPowers(steps: Float64Array, stepLength: number, stepsABlock: number): Float64Array {
  const powers = new Float64Array(Math.max(0, steps.length - stepsABlock + 1));
  for (let block = 0; block < powers.length; block++) {
    let energy = 0;
    for (let step = block; step < block + stepsABlock; step++) energy += steps[step]!;
    powers[block] = energy / (stepsABlock * stepLength);
  }
  return powers;
}

/** BS.1770-4 equations 4 to 7. */
function gatedLufs(powers: Float64Array): number {
  const audible = meanAbove(powers, lufsToPower(SILENCE_LUFS));
  if (audible === 0) return SILENCE_LUFS;
  const relativeGate = lufsToPower(powerToLufs(audible) - RELATIVE_GATE_LU);
  const mean = meanAbove(powers, Math.max(relativeGate, lufsToPower(SILENCE_LUFS)));
  return Math.max(SILENCE_LUFS, powerToLufs(mean));
}

/** Mean of the powers above a gate; 0 when none is. */
function meanAbove(powers: Float64Array, gate: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < powers.length; i++) {
    if (powers[i]! <= gate) continue;
    sum += powers[i]!;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function powerToLufs(power: number): number {
  return OFFSET_LU + 10 * Math.log10(power);
}

function lufsToPower(lufs: number): number {
  return 10 ** ((lufs - OFFSET_LU) / 10);
}
