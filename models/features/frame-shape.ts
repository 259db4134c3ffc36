/** The frames every descriptor is taken from: librosa's defaults, which published tables of features were made with. */

/** Hz; a song is resampled to this rate before anything but its loudness is measured. */
export const ANALYSIS_RATE_HZ = 22_050;
/** Samples; 93 ms. */
export const FRAME_LENGTH = 2048;
/** Samples from one frame's start to the next; 23 ms. */
export const HOP_SIZE = 512;
/** Frequencies of a spectrum, 0 Hz and the Nyquist frequency included. */
export const BIN_COUNT = FRAME_LENGTH / 2 + 1;
/** Hz between two of them. */
export const BIN_WIDTH_HZ = ANALYSIS_RATE_HZ / FRAME_LENGTH;
/** Power and its decibels are not taken below this (librosa's `amin`); -100 dB. */
export const POWER_FLOOR = 1e-10;

/** Frames of a signal: they are centred on samples 0, 512, ... with zeros beyond both ends. */
export function frameCountOf(sampleCount: number): number {
  return 1 + Math.floor(sampleCount / HOP_SIZE);
}
