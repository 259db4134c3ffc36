/**
 * Any sampling rate to any other, as a stream: one channel an instance, memory of one filter and one block.
 * Decides how a pair of rates is done: not at all, by fast convolution (rates that halve), or by polyphase rows.
 */
import { createFftDecimator } from './fft-decimator.ts';
import { createPolyphase } from './polyphase.ts';
import { createSincFilter, type ResampleQuality } from './sinc-filter.ts';

export type { ResampleQuality } from './sinc-filter.ts';

/** Changes the rate of one channel; the result does not depend on how the input is cut into blocks. */
export interface Resampler {
  /** Take the next block; gives what is ready of the output (a fresh array, often empty for short blocks). */
  write(input: Float32Array): Float32Array;
  /** Gives the rest once the input has ended: ceil(input * toHz / fromHz) samples in all. Call once, last. */
  finish(): Float32Array;
}

export interface ResamplerOptions {
  /** Hz, a whole number from 1 to 1,536,000. */
  readonly fromHz: number;
  readonly toHz: number;
  readonly quality: ResampleQuality;
}

/** What a way of resampling gives to this file: it never sees the end of the stream or its length. */
export interface FilterBank {
  /** Input samples needed before and after the place of an output sample. */
  readonly reach: number;
  /** All outputs that the input so far can give; overwritten by the next call. */
  push(input: Float32Array): Float32Array;
}

/** The fastest rate any audio file format here can declare (Hz); beyond it the header is damaged. */
const HIGHEST_RATE_HZ = 1_536_000;

/** @throws RangeError for a rate that is not a whole number of Hz in range. */
export function createResampler(options: ResamplerOptions): Resampler {
  const lending = createLendingResampler(options);
  return { write: (input) => lending.write(input).slice(), finish: () => lending.finish() };
}

/**
 * The same without garbage: what `write` gives is only lent, and is overwritten by the next call.
 * @throws RangeError as `createResampler`.
 */
export function createLendingResampler({ fromHz, toHz, quality }: ResamplerOptions): Resampler {
  for (const rateHz of [fromHz, toHz]) {
    if (!Number.isInteger(rateHz) || rateHz < 1 || rateHz > HIGHEST_RATE_HZ) {
      throw new RangeError(
        `resample ${fromHz} Hz to ${toHz} Hz: rates are whole numbers of Hz from 1 to 1536000`,
      );
    }
  }
  if (fromHz === toHz) return { write: (input) => input, finish: () => new Float32Array(0) };

  const filter = createSincFilter(quality, fromHz, toHz);
  const decimation = fromHz / toHz;
  const halves = Number.isInteger(Math.log2(decimation)) && decimation > 1 && decimation <= 16;
  const bank = halves ? createFftDecimator(filter, decimation) : createPolyphase(filter, fromHz, toHz);
  let received = 0;
  let given = 0;
  return {
    write(input) {
      received += input.length;
      const output = bank.push(input);
      given += output.length;
      return output;
    },
    finish() {
      const rest = new Float32Array(Math.ceil((received * toHz) / fromHz) - given);
      const silence = new Float32Array(bank.reach);
      for (let filled = 0; filled < rest.length; ) {
        const output = bank.push(silence).subarray(0, rest.length - filled);
        rest.set(output, filled);
        filled += output.length;
      }
      return rest;
    },
  };
}
