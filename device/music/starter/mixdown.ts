/**
 * Renders a performance to two sides of sound: each part through its instrument into its own buffer, levelled
 * against the others by measured loudness (not by guess), placed left to right, sent to the room.
 */
import { addWidened } from './chorus.ts';
import { DRUMS } from './instruments/drums.ts';
import { DRUM_NAMES, type DrumName, type InstrumentName } from './instruments/instrument-names.ts';
import { INSTRUMENTS } from './instruments/instruments.ts';
import { SAMPLE_RATE_HZ, type Voice } from './instruments/voice.ts';
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
  const gain = 10 ** (part.levelDb / 20) / Math.max(1e-6, loudnessOf(mono));
  const toRoom = gain * ROOM_SEND[part.role];
  if (part.role === 'pad' || part.instrument === 'electricPiano') {
    addWidened(mono, left, right, gain * Math.SQRT1_2);
    addScaled(mono, toRoom, send);
    return;
  }
  // Constant power: the part is as loud wherever it stands.
  const angle = (Math.PI / 4) * (1 + part.pan);
  addScaled(mono, gain * Math.cos(angle), left);
  addScaled(mono, gain * Math.sin(angle), right);
  addScaled(mono, toRoom, send);
}

function voiceOf(instrument: InstrumentName | DrumName): Voice {
  return isDrum(instrument) ? DRUMS[instrument] : INSTRUMENTS[instrument];
}

function isDrum(instrument: InstrumentName | DrumName): instrument is DrumName {
  return (DRUM_NAMES as readonly string[]).includes(instrument);
}

/** Root mean square over the blocks where the part plays (within 10 dB of its mean). */
function loudnessOf(mono: Float32Array): number {
  const powers: number[] = [];
  for (let start = 0; start + LEVEL_BLOCK <= mono.length; start += LEVEL_BLOCK) {
    let power = 0;
    for (let at = start; at < start + LEVEL_BLOCK; at++) power += mono[at]! * mono[at]!;
    powers.push(power / LEVEL_BLOCK);
  }
  const playing = powers.filter((power) => power > 1e-9);
  const gate = mean(playing) / 10;
  return Math.sqrt(mean(playing.filter((power) => power > gate)));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function addScaled(from: Float32Array, gain: number, to: Float32Array): void {
  for (let at = 0; at < from.length; at++) to[at]! += gain * from[at]!;
}
