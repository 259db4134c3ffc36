/**
 * Renders a performance to two sides of sound: each part through its instrument into its own buffer, levelled
 * against the others by measured loudness (not by guess), placed left to right, sent to the room.
 */
import { addWidened } from './chorus.ts';
import { DRUMS } from './instruments/drums.ts';
import { DRUM_NAMES, type DrumName, type InstrumentName } from './instruments/instrument-names.ts';
import { INSTRUMENTS } from './instruments/instruments.ts';
import { SAMPLE_RATE_HZ, type Voice, velocityToAmplitude } from './instruments/voice.ts';
import { master } from './master.ts';
import type { Performance, PlayedPart } from './performance.ts';
import { createRandom } from './random.ts';
import { addRoom } from './reverb.ts';
import type { Score, ScorePart } from './score.ts';

export interface StereoSound {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** Loudness blocks of 400 ms, as in BS.1770. */
const LEVEL_BLOCK = Math.round(0.4 * SAMPLE_RATE_HZ);

/** The room adds four lines up a side: half keeps it level with what is sent. */
const DENSE_ROOM = 0.5;

/** Velocity at which a part is as loud as its `levelDb` says: what its role is written with. */
const USUAL_VELOCITY: Readonly<Record<ScorePart['role'], number>> = {
  melody: 0.85,
  harmony: 0.72,
  counter: 0.6,
  figure: 0.66,
  pad: 0.65,
  bass: 0.72,
  drum: 0.7,
};

/** How much of each role goes to the room; basses and kicks stay dry, or the low end turns to mud. */
const ROOM_SEND: Readonly<Record<ScorePart['role'], number>> = {
  melody: 1,
  harmony: 1.1,
  counter: 1.3,
  figure: 0.9,
  pad: 1.3,
  bass: 0.15,
  drum: 0.5,
};

/** The whole piece, mastered: starts and ends in silence. */
export function renderSong(score: Score, performance: Performance): StereoSound {
  const tailS = score.room.decayS + 1.5;
  const length = Math.ceil((performance.endS + tailS) * SAMPLE_RATE_HZ);
  const bus: Bus = {
    left: new Float32Array(length),
    right: new Float32Array(length),
    send: new Float32Array(length),
    mono: new Float32Array(length),
  };
  for (const played of performance.parts) mixPart(score, played, bus);
  const gain = DENSE_ROOM * 10 ** (score.room.levelDb / 20);
  addRoom(bus.send, bus.left, bus.right, { decayS: score.room.decayS, gain });
  return master(bus.left, bus.right);
}

/** The two sides, what goes to the room, and the buffer each part is rendered into in turn. */
interface Bus extends StereoSound {
  readonly send: Float32Array;
  readonly mono: Float32Array;
}

function mixPart(score: Score, { part, notes }: PlayedPart, { left, right, send, mono }: Bus): void {
  mono.fill(0);
  const voice = voiceOf(part.instrument);
  const random = createRandom(`${score.title}/${part.name}/sound`);
  for (const note of notes) voice(mono, note, random);
  const powers = blockPowers(mono);
  const gain =
    (10 ** (part.levelDb / 20) * strengthOf(part.role, notes)) / Math.max(1e-6, loudnessOf(powers));
  const isWide = part.role === 'pad' || part.instrument === 'electricPiano';
  // Constant power: the part is as loud wherever it stands.
  const angle = (Math.PI / 4) * (1 + part.pan);
  const toLeft = isWide ? 0 : gain * Math.cos(angle);
  const toRight = isWide ? 0 : gain * Math.sin(angle);
  const toRoom = gain * ROOM_SEND[part.role];
  if (isWide) addWidened(mono, left, right, gain * Math.SQRT1_2);
  powers.forEach((power, block) => {
    if (power > 0) addPlaced(mono, block * LEVEL_BLOCK, { left, right, send }, toLeft, toRight, toRoom);
  });
}

/** How strongly a part is played on the whole: one that only comes in softly shall not be levelled up. */
function strengthOf(role: ScorePart['role'], notes: PlayedPart['notes']): number {
  const played = mean(notes.map(({ velocity }) => velocityToAmplitude(velocity)));
  return played / velocityToAmplitude(USUAL_VELOCITY[role]);
}

/** One block of a part into the two sides and to the room. */
function addPlaced(
  mono: Float32Array,
  start: number,
  { left, right, send }: Omit<Bus, 'mono'>,
  toLeft: number,
  toRight: number,
  toRoom: number,
): void {
  const end = Math.min(mono.length, start + LEVEL_BLOCK);
  for (let at = start; at < end; at++) {
    const sample = mono[at]!;
    left[at]! += toLeft * sample;
    right[at]! += toRight * sample;
    send[at]! += toRoom * sample;
  }
}

function voiceOf(instrument: InstrumentName | DrumName): Voice {
  return isDrum(instrument) ? DRUMS[instrument] : INSTRUMENTS[instrument];
}

function isDrum(instrument: InstrumentName | DrumName): instrument is DrumName {
  return (DRUM_NAMES as readonly string[]).includes(instrument);
}

/** Mean square of each block, the last one short; exactly 0 where the part is silent. */
function blockPowers(mono: Float32Array): readonly number[] {
  const powers: number[] = [];
  for (let start = 0; start < mono.length; start += LEVEL_BLOCK) {
    const end = Math.min(mono.length, start + LEVEL_BLOCK);
    let power = 0;
    for (let at = start; at < end; at++) {
      const sample = mono[at]!;
      power += sample * sample;
    }
    powers.push(power / LEVEL_BLOCK);
  }
  return powers;
}

/** Root mean square over the blocks where the part plays (within 10 dB of its mean). */
function loudnessOf(powers: readonly number[]): number {
  const playing = powers.filter((power) => power > 1e-9);
  const gate = mean(playing) / 10;
  return Math.sqrt(mean(playing.filter((power) => power > gate)));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
