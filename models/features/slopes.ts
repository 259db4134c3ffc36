/** How fast a descriptor rises or falls (its delta): librosa's `delta`, a straight line through nine frames. */

/** Frames on each side of a slope. */
const SLOPE_REACH = 4;
/** Sum of the squared distances -4..4, the least-squares line's denominator. */
const SLOPE_SCALE = 60;

/**
 * Slope, a frame, of the least-squares line through the nine frames around each frame of [frames, width] values; the
 * first and last four take the line of the nine nearest (SciPy's `savgol_filter`, order 1, `interp`).
 * Fewer than nine frames share one line; one frame has none and gives 0.
 */
export function slopesOf(values: Float64Array, width: number): Float64Array {
  const frameCount = values.length / width;
  const slopes = new Float64Array(values.length);
  if (frameCount <= 2 * SLOPE_REACH) {
    for (let column = 0; column < width; column++) {
      const slope = lineSlope(values, width, column);
      for (let frame = 0; frame < frameCount; frame++) slopes[frame * width + column] = slope;
    }
    return slopes;
  }
  for (let frame = 0; frame < frameCount; frame++) {
    const centre = Math.min(frameCount - 1 - SLOPE_REACH, Math.max(SLOPE_REACH, frame));
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = 1; k <= SLOPE_REACH; k++) {
        sum += k * (values[(centre + k) * width + column]! - values[(centre - k) * width + column]!);
      }
      slopes[frame * width + column] = sum / SLOPE_SCALE;
    }
  }
  return slopes;
}

/** Least-squares slope of one column over all its frames. */
function lineSlope(values: Float64Array, width: number, column: number): number {
  const frameCount = values.length / width;
  let numerator = 0;
  let denominator = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    const fromMiddle = frame - (frameCount - 1) / 2;
    numerator += fromMiddle * values[frame * width + column]!;
    denominator += fromMiddle * fromMiddle;
  }
  return denominator > 0 ? numerator / denominator : 0;
}
