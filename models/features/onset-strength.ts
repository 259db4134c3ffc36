/** How much louder a song becomes, frame by frame: the curve that tempo and pulse are found on (librosa's `onset_strength`). */
import { FRAME_LENGTH, HOP_SIZE } from './frame-shape.ts';
import { MEL_BAND_COUNT } from './mel-bank.ts';
import { meanAndSdOf } from './statistics.ts';

/** A rise shows when the frame it begins in has half passed it; librosa moves the curve to where the frames are centred. */
const DELAY_FRAMES = FRAME_LENGTH / (2 * HOP_SIZE);
/** Standard deviations above the mean at which one huge onset (music after silence) stops counting for more. */
const STEADY_SDS = 4;

/** Mean rise over the mel bands, dB, of decibels [frames, 128]; frame t holds the rise from t - 3 to t - 2. */
export function onsetStrengthOf(decibels: Float64Array): Float64Array {
  const frameCount = decibels.length / MEL_BAND_COUNT;
  const onsets = new Float64Array(frameCount);
  for (let frame = DELAY_FRAMES + 1; frame < frameCount; frame++) {
    const now = (frame - DELAY_FRAMES) * MEL_BAND_COUNT;
    const before = now - MEL_BAND_COUNT;
    let rise = 0;
    for (let band = 0; band < MEL_BAND_COUNT; band++) {
      rise += Math.max(0, decibels[now + band]! - decibels[before + band]!);
    }
    onsets[frame] = rise / MEL_BAND_COUNT;
  }
  return onsets;
}

/** The same curve with its outliers held: what rhythm is measured on. */
export function steadyOnsetsOf(onsets: Float64Array): Float64Array {
  const { mean, sd } = meanAndSdOf(onsets);
  return onsets.map((onset) => Math.min(onset, mean + STEADY_SDS * sd));
}
