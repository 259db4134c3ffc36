/** The one spectrum of each frame that all descriptors share: a centred, windowed frame's power and magnitude. */
import { BIN_COUNT, FRAME_LENGTH, HOP_SIZE } from './frame-shape.ts';
import { createRealFft } from './real-fft.ts';

/** Overwritten by each `analyse`; bins 0..1024. */
export interface FrameSpectrum {
  readonly power: Float64Array;
  readonly magnitude: Float64Array;
  /** Magnitudes of the spectrum analysed before; zeros at first. */
  readonly previousMagnitude: Float64Array;
  /** Spectrum of frame `index` of the signal, centred on sample `index * HOP_SIZE`, zeros beyond its ends. */
  analyse(signal: Float32Array, index: number): void;
}

export function createFrameSpectrum(): FrameSpectrum {
  const fft = createRealFft(FRAME_LENGTH);
  // A frame that reaches beyond the signal's ends, with the zeros there.
  const edge = new Float32Array(FRAME_LENGTH);
  const window = periodicHann(FRAME_LENGTH);
  const power = new Float64Array(BIN_COUNT);
  let magnitude = new Float64Array(BIN_COUNT);
  let previousMagnitude = new Float64Array(BIN_COUNT);
  return {
    power,
    get magnitude() {
      return magnitude;
    },
    get previousMagnitude() {
      return previousMagnitude;
    },
    analyse(signal, index) {
      const start = index * HOP_SIZE - FRAME_LENGTH / 2;
      const next = previousMagnitude;
      previousMagnitude = magnitude;
      magnitude = next;
      if (start >= 0 && start + FRAME_LENGTH <= signal.length) {
        fft.windowedPower(signal, start, window, power, magnitude);
        return;
      }
      edge.fill(0);
      edge.set(signal.subarray(Math.max(0, start), Math.max(0, start + FRAME_LENGTH)), Math.max(0, -start));
      fft.windowedPower(edge, 0, window, power, magnitude);
    },
  };
}

/** Hann's window with period `length` (not `length - 1`), as SciPy's `get_window` gives it. */
function periodicHann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}
