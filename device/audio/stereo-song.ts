/**
 * Turns decoded blocks of any rate and channel count into the audio process's own format, from any frame on.
 * What lies before that frame is decoded but not resampled.
 */
import { createResampler, type Resampler } from '../../models/features/resample.ts';
import { CHANNELS, SAMPLE_RATE_HZ } from './audio-format.ts';

/** One decoded block, one array a channel. */
interface PcmBlock {
  readonly sampleRateHz: number;
  readonly channels: readonly Float32Array[];
}

/** Frames of a full chunk, 0.19 s. */
export const CHUNK_FRAMES = 8192;

/** -3 dB: what a centre or surround channel adds to left and right. ITU-R BS.775-3, table 2. */
const SHARED_GAIN = Math.SQRT1_2;

export type Chunk = Float32Array<ArrayBuffer>;

/**
 * Interleaved stereo at 44.1 kHz in chunks of `CHUNK_FRAMES`, the last one shorter, each alone in a buffer of that size
 * from `take`, so that buffers can be transferred and used again. Gives an empty chunk for each block that is skipped.
 */
export async function* stereoSong(
  blocks: AsyncIterable<PcmBlock>,
  from: number,
  take: () => Chunk = () => new Float32Array(CHUNK_FRAMES * CHANNELS),
): AsyncGenerator<Chunk> {
  let rateHz: number | undefined;
  let resamplers: readonly [Resampler, Resampler] | undefined;
  let skipLeft = 0;
  let chunk = take();
  let filled = 0;

  function* chunksOf([left, right]: Stereo): Generator<Chunk> {
    for (let frame = 0; frame < left.length; frame++) {
      chunk[filled] = left[frame]!;
      chunk[filled + 1] = right[frame]!;
      filled += CHANNELS;
      if (filled < chunk.length) continue;
      yield chunk;
      chunk = take();
      filled = 0;
    }
  }

  for await (const block of blocks) {
    if (rateHz === undefined) {
      rateHz = block.sampleRateHz;
      skipLeft = Math.round((from * rateHz) / SAMPLE_RATE_HZ);
      if (rateHz !== SAMPLE_RATE_HZ) resamplers = [toOurRate(rateHz), toOurRate(rateHz)];
    }
    const [left, right] = toStereo(block.channels);
    const skipped = Math.min(skipLeft, left.length);
    skipLeft -= skipped;
    if (skipped > 0) yield new Float32Array(0);
    const kept: Stereo = [left.subarray(skipped), right.subarray(skipped)];
    yield* chunksOf(
      resamplers === undefined ? kept : [resamplers[0].write(kept[0]), resamplers[1].write(kept[1])],
    );
  }
  if (resamplers !== undefined) yield* chunksOf([resamplers[0].finish(), resamplers[1].finish()]);
  if (filled > 0) yield chunk.subarray(0, filled);
}

type Stereo = readonly [left: Float32Array, right: Float32Array];

function toOurRate(fromHz: number): Resampler {
  return createResampler({ fromHz, toHz: SAMPLE_RATE_HZ, quality: 'playback' });
}

/** Mono on both sides; further channels than two shared by both sides, scaled so that nothing clips. */
function toStereo(channels: readonly Float32Array[]): Stereo {
  const [left = new Float32Array(0), right = left, ...shared] = channels;
  if (shared.length === 0) return [left, right];
  const scale = 1 / (1 + SHARED_GAIN * shared.length);
  const down = (side: Float32Array): Float32Array =>
    side.map((sample, i) => scale * shared.reduce((sum, channel) => sum + SHARED_GAIN * channel[i]!, sample));
  return [down(left), down(right)];
}
