/** The one spectrum of each frame that all descriptors share: a centred, windowed frame's power and magnitude. */
import { BIN_COUNT, FRAME_LENGTH, HOP_SIZE } from './frame-shape.ts';
import { createRealFft } from './real-fft.ts';

/** `power` and `magnitude` are overwritten by each `analyse`; bins 0..1024. */
export interface FrameSpectrum {
  readonly power: Float64Array;
  readonly magnitude: Float64Array;
  /** Spectrum of frame `index` of the signal, centred on sample `index * HOP_SIZE`, zeros beyond its ends. */
  analyse(signal: Float32Array, index: number): void;
}

export function createFrameSpectrum(): FrameSpectrum {
  const fft = createRealFft(FRAME_LENGTH);
  const frame = new Float64Array(FRAME_LENGTH);
  const window = periodicHann(FRAME_LENGTH);
  const power = new Float64Array(BIN_COUNT);
  const magnitude = new Float64Array(BIN_COUNT);
  return {
    power,
    magnitude,
    analyse(signal, index) {
      const start = index * HOP_SIZE - FRAME_LENGTH / 2;
      const first = Math.max(0, -start);
      const end = Math.max(first, Math.min(FRAME_LENGTH, signal.length - start));
      frame.fill(0, 0, first);
      for (let i = first; i < end; i++) frame[i] = signal[start + i]! * window[i]!;
      frame.fill(0, end);
      fft.power(frame, power);
      for (let k = 0; k < BIN_COUNT; k++) magnitude[k] = Math.sqrt(power[k]!);
    },
  };
}

/** Hann's window with period `length` (not `length - 1`), as SciPy's `get_window` gives it. */
function periodicHann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}
