/**
 * Pulse and tempo, from how well the onset curve agrees with itself one beat later. Decides how a beat is told from its
 * half and its double: librosa's prior about 120 BPM first, then the onsets themselves.
 */
import { ANALYSIS_RATE_HZ, HOP_SIZE } from './frame-shape.ts';
import { meanAndSdOf } from './statistics.ts';

/** BPM: what listeners tap along to. */
const SLOWEST_BPM = 40;
const FASTEST_BPM = 210;
/** Frames a minute: beats a minute times frames a beat. */
const FRAMES_A_MINUTE = (60 * ANALYSIS_RATE_HZ) / HOP_SIZE;
const SHORTEST_LAG = Math.floor(FRAMES_A_MINUTE / FASTEST_BPM);
const LONGEST_LAG = Math.ceil(FRAMES_A_MINUTE / SLOWEST_BPM);

/** Frames whose pulse is looked for at once: librosa's tempogram, 8.9 s. */
const PULSE_WINDOW = 384;
/** Frames between two looks, 0.37 s; straight lines in between. */
const PULSE_STEP = 16;

/** Tempo most often tapped, and the spread of taps in octaves (librosa's prior). */
const USUAL_BPM = 120;
const PRIOR_OCTAVES = 1;
/** Tempi tried, a quarter of a per cent apart. */
const TEMPO_RATIO = 1.0025;
/** Beats over which a tempo must hold. */
const COMB_BEATS = 4;
/** A tempo twice as fast is the beat when its strength is at least this share ... */
const DOUBLE_SHARE = 0.95;
/** ... and one half as fast when odd beats agree less than this share of even ones: they fall between the onsets. */
const ODD_SHARE = 0.25;

export interface Tempo {
  /** 40 to 210; 0 where nothing recurs. */
  readonly bpm: number;
  /** How well the onsets agree with themselves one to four beats later: 0 to 1. */
  readonly confidence: number;
}

/**
 * Pulse clarity a frame (Lartillot et al. 2008, `MaxAutocor`): the best agreement of the 9 s about it with themselves
 * one beat of 40 to 210 BPM later, 0 to 1.
 */
export function pulseClarityOf(onsets: Float64Array): Float64Array {
  const clarity = new Float64Array(onsets.length);
  let left = 0;
  for (let frame = 0; frame < onsets.length; frame += PULSE_STEP) {
    const right = clearestPulse(onsets, frame);
    if (frame === 0) left = right;
    for (let step = 1; step <= PULSE_STEP; step++) {
      const at = frame - PULSE_STEP + step;
      if (at >= 0) clarity[at] = left + ((right - left) * step) / PULSE_STEP;
    }
    left = right;
  }
  // The frames after the last look.
  const lastLook = Math.max(0, PULSE_STEP * Math.floor((onsets.length - 1) / PULSE_STEP));
  clarity.fill(left, lastLook);
  return clarity;
}

function clearestPulse(onsets: Float64Array, frame: number): number {
  // At the song's ends the window stays within it.
  const latest = Math.max(0, onsets.length - PULSE_WINDOW);
  const start = Math.min(latest, Math.max(0, frame - PULSE_WINDOW / 2));
  const agreement = agreementAt(onsets.subarray(start, start + PULSE_WINDOW), LONGEST_LAG);
  let clearest = 0;
  for (let lag = SHORTEST_LAG; lag < agreement.length; lag++) clearest = Math.max(clearest, agreement[lag]!);
  return clearest;
}

/** The song's tempo. */
export function tempoOf(onsets: Float64Array): Tempo {
  const agreement = agreementAt(onsets, COMB_BEATS * LONGEST_LAG + 2);
  let bpm = 0;
  let best = 0;
  for (let tried = SLOWEST_BPM; tried <= FASTEST_BPM; tried *= TEMPO_RATIO) {
    const octaves = Math.log2(tried / USUAL_BPM) / PRIOR_OCTAVES;
    const score = beatStrength(agreement, tried) * Math.exp(-0.5 * octaves * octaves);
    if (score > best) {
      best = score;
      bpm = tried;
    }
  }
  if (bpm === 0) return { bpm: 0, confidence: 0 };
  while (
    2 * bpm <= FASTEST_BPM &&
    beatStrength(agreement, 2 * bpm) >= DOUBLE_SHARE * beatStrength(agreement, bpm)
  ) {
    bpm *= 2;
  }
  while (
    bpm / 2 >= SLOWEST_BPM &&
    oddAgreement(agreement, bpm) < ODD_SHARE * beatStrength(agreement, bpm / 2)
  ) {
    bpm /= 2;
  }
  return { bpm, confidence: Math.min(1, beatStrength(agreement, bpm)) };
}

/** Mean agreement one to four beats later (as many as the song is long enough for), 0 or more. */
function beatStrength(agreement: Float64Array, bpm: number): number {
  const beat = FRAMES_A_MINUTE / bpm;
  let sum = 0;
  let beats = 0;
  for (; beats < COMB_BEATS && (beats + 1) * beat < agreement.length - 2; beats++) {
    sum += between(agreement, (beats + 1) * beat);
  }
  return beats === 0 ? 0 : Math.max(0, sum / beats);
}

/** Agreement one beat later, where the onsets of a tempo half as fast are missing. */
function oddAgreement(agreement: Float64Array, bpm: number): number {
  const beat = FRAMES_A_MINUTE / bpm;
  return beat < agreement.length - 2 ? between(agreement, beat) : 0;
}

/** The curve through four neighbours (Catmull-Rom) at a place between two. */
function between(values: Float64Array, place: number): number {
  const i = Math.floor(place);
  const t = place - i;
  const a = values[i - 1]!;
  const b = values[i]!;
  const c = values[i + 1]!;
  const d = values[i + 2]!;
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/**
 * Correlation of a curve, about its mean, with itself `lag` frames later, -1 to 1, for lags from 0; over the frames that both have,
 * so that a steady pulse gives 1 at any lag. Lags beyond half the curve are left out.
 */
function agreementAt(onsets: Float64Array, longestLag: number): Float64Array {
  const { mean } = meanAndSdOf(onsets);
  const curve = onsets.map((onset) => onset - mean);
  const length = curve.length;
  const agreement = new Float64Array(Math.min(longestLag, length >> 1) + 1);
  let total = 0;
  for (let i = 0; i < length; i++) total += curve[i]! * curve[i]!;
  // Energy without the last, and without the first, `lag` frames.
  let head = total;
  let tail = total;
  for (let lag = 0; lag < agreement.length; lag++) {
    let product = 0;
    for (let i = lag; i < length; i++) product += curve[i]! * curve[i - lag]!;
    const scale = Math.sqrt(Math.max(0, head) * Math.max(0, tail));
    // What is left of the energy by subtraction alone is rounding.
    agreement[lag] = scale > 1e-9 * total ? product / scale : 0;
    head -= curve[length - 1 - lag]! ** 2;
    tail -= curve[lag]! ** 2;
  }
  return agreement;
}
