/**
 * Pitch-class energies of a power spectrum (Ellis 2007, as librosa's `filters.chroma`): each bin is shared among the
 * twelve classes by a Gaussian around its pitch, and weighted by a Gaussian over octaves centred on 440 Hz's.
 */
import { ANALYSIS_RATE_HZ, BIN_COUNT, FRAME_LENGTH } from './frame-shape.ts';

/** C, C sharp, ... B. */
export const PITCH_CLASS_COUNT = 12;

/** Octaves above 27.5 Hz where the weighting is greatest, and its width, in octaves (librosa's defaults). */
const CENTRE_OCTAVE = 5;
const OCTAVE_WIDTH = 2;
/** A share smaller than this is left out: it moves no class by a millionth, and leaves some five classes a bin. */
const SMALLEST_WEIGHT = 1e-7;
/** Smallest normal single-precision number: librosa does not scale a frame whose greatest class is below it. */
const SILENCE = 1.1754943508222875e-38;

export interface ChromaBank {
  /** Power spectra [frames, 1025] to classes [frames, 12], each frame's divided by its greatest. */
  apply(powers: Float32Array): Float64Array;
}

/** `tuning`: how far the song's A lies from 440 Hz, in semitones, -0.5 to 0.5. */
export function createChromaBank(tuning: number): ChromaBank {
  // Each class keeps the bins it takes from, in order; class c has the entries from classStart[c] on.
  const binShares = Array.from({ length: BIN_COUNT }, (_, bin) => sharesOf(bin, tuning));
  const classStart = new Int32Array(PITCH_CLASS_COUNT + 1);
  const entryBin: number[] = [];
  const entryWeight: number[] = [];
  for (let pitchClass = 0; pitchClass < PITCH_CLASS_COUNT; pitchClass++) {
    binShares.forEach((shares, bin) => {
      if (shares[pitchClass]! <= SMALLEST_WEIGHT) return;
      entryBin.push(bin);
      entryWeight.push(shares[pitchClass]!);
    });
    classStart[pitchClass + 1] = entryBin.length;
  }
  const bank = { classStart, binOf: Int32Array.from(entryBin), weightOf: Float64Array.from(entryWeight) };

  return {
    apply(powers) {
      const frameCount = powers.length / BIN_COUNT;
      const classes = new Float64Array(frameCount * PITCH_CLASS_COUNT);
      let frame = 0;
      for (; frame + 8 <= frameCount; frame += 8) sumEight(bank, powers, frame, classes);
      for (; frame < frameCount; frame++) sumOne(bank, powers, frame, classes);
      for (let f = 0; f < frameCount; f++) divideByGreatest(classes, f * PITCH_CLASS_COUNT);
      return classes;
    },
  };
}

/** Class c takes from the bins `binOf`, by `weightOf`, from `classStart[c]` on. */
interface SparseWeights {
  readonly classStart: Int32Array;
  readonly binOf: Int32Array;
  readonly weightOf: Float64Array;
}

/** Sums of eight frames at a time: a weight is read once for eight, and no addition waits for the last. */
function sumEight(
  { classStart, binOf, weightOf }: SparseWeights,
  powers: Float32Array,
  frame: number,
  classes: Float64Array,
): void {
  const first = frame * BIN_COUNT;
  for (let c = 0; c < PITCH_CLASS_COUNT; c++) {
    const end = classStart[c + 1]!;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    let sum4 = 0;
    let sum5 = 0;
    let sum6 = 0;
    let sum7 = 0;
    for (let e = classStart[c]!; e < end; e++) {
      const weight = weightOf[e]!;
      const at = first + binOf[e]!;
      sum0 += weight * powers[at]!;
      sum1 += weight * powers[at + BIN_COUNT]!;
      sum2 += weight * powers[at + 2 * BIN_COUNT]!;
      sum3 += weight * powers[at + 3 * BIN_COUNT]!;
      sum4 += weight * powers[at + 4 * BIN_COUNT]!;
      sum5 += weight * powers[at + 5 * BIN_COUNT]!;
      sum6 += weight * powers[at + 6 * BIN_COUNT]!;
      sum7 += weight * powers[at + 7 * BIN_COUNT]!;
    }
    const out = frame * PITCH_CLASS_COUNT + c;
    classes[out] = sum0;
    classes[out + PITCH_CLASS_COUNT] = sum1;
    classes[out + 2 * PITCH_CLASS_COUNT] = sum2;
    classes[out + 3 * PITCH_CLASS_COUNT] = sum3;
    classes[out + 4 * PITCH_CLASS_COUNT] = sum4;
    classes[out + 5 * PITCH_CLASS_COUNT] = sum5;
    classes[out + 6 * PITCH_CLASS_COUNT] = sum6;
    classes[out + 7 * PITCH_CLASS_COUNT] = sum7;
  }
}

/** The same for one of the last seven. */
function sumOne(
  { classStart, binOf, weightOf }: SparseWeights,
  powers: Float32Array,
  frame: number,
  classes: Float64Array,
): void {
  const first = frame * BIN_COUNT;
  for (let c = 0; c < PITCH_CLASS_COUNT; c++) {
    const end = classStart[c + 1]!;
    let sum = 0;
    for (let e = classStart[c]!; e < end; e++) sum += weightOf[e]! * powers[first + binOf[e]!]!;
    classes[frame * PITCH_CLASS_COUNT + c] = sum;
  }
}

function divideByGreatest(classes: Float64Array, offset: number): void {
  let greatest = 0;
  for (let c = offset; c < offset + PITCH_CLASS_COUNT; c++) greatest = Math.max(greatest, classes[c]!);
  if (greatest < SILENCE) return;
  for (let c = offset; c < offset + PITCH_CLASS_COUNT; c++) classes[c] = classes[c]! / greatest;
}

/** How one bin is shared among the classes from C on. */
function sharesOf(bin: number, tuning: number): Float64Array {
  const pitch = pitchOf(bin, tuning);
  const width = Math.max(1, pitchOf(bin + 1, tuning) - pitch);
  const shares = new Float64Array(PITCH_CLASS_COUNT);
  let squares = 0;
  for (let fromA = 0; fromA < PITCH_CLASS_COUNT; fromA++) {
    const distance = wrap(pitch - fromA);
    const share = Math.exp(-0.5 * ((2 * distance) / width) ** 2);
    // Pitches are counted from A; classes from C, three semitones above it.
    shares[(fromA + PITCH_CLASS_COUNT - 3) % PITCH_CLASS_COUNT] = share;
    squares += share * share;
  }
  const octave = pitch / PITCH_CLASS_COUNT;
  const scale = Math.exp(-0.5 * ((octave - CENTRE_OCTAVE) / OCTAVE_WIDTH) ** 2) / Math.sqrt(squares);
  return shares.map((share) => share * scale);
}

/** Semitones above 27.5 Hz; 0 Hz is put one and a half octaves below the first bin, as librosa does. */
function pitchOf(bin: number, tuning: number): number {
  if (bin === 0) return pitchOf(1, tuning) - 1.5 * PITCH_CLASS_COUNT;
  const a440 = 440 * 2 ** (tuning / PITCH_CLASS_COUNT);
  return PITCH_CLASS_COUNT * Math.log2((bin * ANALYSIS_RATE_HZ) / FRAME_LENGTH / (a440 / 16));
}

/** Semitones to the nearest octave, -6 to 6. */
function wrap(semitones: number): number {
  const half = PITCH_CLASS_COUNT / 2;
  const shifted = (semitones + half + 10 * PITCH_CLASS_COUNT) % PITCH_CLASS_COUNT;
  return shifted - half;
}
