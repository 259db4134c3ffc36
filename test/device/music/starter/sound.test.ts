import decodeAudio from 'audio-decode';
import { describe, expect, test } from 'vitest';
import { composeScore } from '../../../../device/music/starter/composer.ts';
import { createSongEncoder } from '../../../../device/music/starter/encode.ts';
import { DRUMS } from '../../../../device/music/starter/instruments/drums.ts';
import { INSTRUMENTS } from '../../../../device/music/starter/instruments/instruments.ts';
import { SAMPLE_RATE_HZ } from '../../../../device/music/starter/instruments/voice.ts';
import { renderSong, type StereoSound } from '../../../../device/music/starter/mixdown.ts';
import { writeVorbisComments } from '../../../../device/music/starter/ogg-comments.ts';
import { performScore } from '../../../../device/music/starter/performance.ts';
import { ALL_PIECES } from '../../../../device/music/starter/pieces/all-pieces.ts';
import { createRandom } from '../../../../device/music/starter/random.ts';
import { truePeak } from '../../../../device/music/starter/true-peak.ts';
import { createLoudnessMeter } from '../../../../models/features/loudness.ts';

const PITCHED = Object.entries(INSTRUMENTS);

/** One second at this pitch, struck at 0.1 s, in three seconds of silence. */
function play(voice: (typeof PITCHED)[number][1], frequencyHz: number, velocity = 0.8): Float32Array {
  const out = new Float32Array(3 * SAMPLE_RATE_HZ);
  voice(out, { startS: 0.1, durationS: 1, frequencyHz, velocity }, createRandom('test'));
  return out;
}

describe.each(PITCHED)('%s', (_name, voice) => {
  test('is in tune within 8 cents (its own chorus is 7) at A2 and A4', () => {
    for (const frequencyHz of [110, 440]) {
      const cents = 1200 * Math.log2(measuredHz(play(voice, frequencyHz), frequencyHz) / frequencyHz);
      expect(Math.abs(cents)).toBeLessThan(8);
    }
  });

  test('is silent before the note and after its decay, finite between', () => {
    const out = play(voice, 220);
    expect(peak(out.subarray(0, Math.round(0.1 * SAMPLE_RATE_HZ) - 1))).toBe(0);
    expect(peak(out)).toBeGreaterThan(0.05);
    expect(out.every(Number.isFinite)).toBe(true);
    expect(peak(out.subarray(-SAMPLE_RATE_HZ / 20))).toBeLessThan(0.01 * peak(out));
  });

  test('begins and ends without a step', () => {
    const out = play(voice, 220);
    expect(largestKink(out.subarray(0, Math.round(0.102 * SAMPLE_RATE_HZ)))).toBeLessThan(0.12 * peak(out));
    expect(largestKink(out.subarray(Math.round(1.05 * SAMPLE_RATE_HZ)))).toBeLessThan(0.12 * peak(out));
  });

  test('sounds stronger when played stronger', () => {
    expect(energy(play(voice, 220, 0.9))).toBeGreaterThan(2 * energy(play(voice, 220, 0.4)));
  });
});

describe.each(Object.entries(DRUMS))('%s', (_name, voice) => {
  test('comes in over at least a millisecond and dies away', () => {
    const out = play(voice, 440);
    const start = Math.round(0.1 * SAMPLE_RATE_HZ);
    expect(peak(out.subarray(start, start + 40))).toBeLessThan(0.7 * peak(out));
    expect(peak(out.subarray(-SAMPLE_RATE_HZ))).toBe(0);
  });
});

describe('a song, rendered and encoded', () => {
  // A short form of a real piece, so that the whole chain runs in well under a second.
  const piece = {
    ...ALL_PIECES[0]!,
    form: ALL_PIECES[0]!.form.filter((_, index) => [0, 4, 7].includes(index)),
  };
  const score = composeScore(piece);
  const sound = renderSong(score, performScore(score));

  test('is at -18 LUFS with true peaks under -2 dBFS', () => {
    expect(lufs(sound)).toBeCloseTo(-18, 0);
    expect(20 * Math.log10(Math.max(truePeak(sound.left), truePeak(sound.right)))).toBeLessThan(-2);
  });

  test('starts and ends in silence, without direct current', () => {
    for (const side of [sound.left, sound.right]) {
      expect(peak(side.subarray(0, 200))).toBeLessThan(1e-4);
      expect(peak(side.subarray(-100))).toBeLessThan(1e-4);
      expect(Math.abs(side.reduce((sum, sample) => sum + sample, 0) / side.length)).toBeLessThan(1e-4);
    }
  });

  test('is as loud left as right within 2 dB, yet not the same', () => {
    const balanceDb = 10 * Math.log10(energy(sound.left) / energy(sound.right));
    expect(Math.abs(balanceDb)).toBeLessThan(2);
    expect(sound.left).not.toEqual(sound.right);
  });

  test('is the same bytes each time and decodes to what was rendered, with its title', async () => {
    const encode = await createSongEncoder();
    const comments = ['TITLE=Morning Kite', 'ARTIST=AMECS starter songs'];
    const file = encode(sound, comments, 1);
    expect(Buffer.compare(file, encode(sound, comments, 1))).toBe(0);
    expect(Buffer.from(file.subarray(0, 400)).toString('latin1')).toContain('TITLE=Morning Kite');
    const decoded = await decodeAudio(file);
    expect(decoded.sampleRate).toBe(SAMPLE_RATE_HZ);
    const left = decoded.channelData[0]!;
    expect(Math.abs(left.length - sound.left.length)).toBeLessThan(2048);
    expect(correlation(left, sound.left)).toBeGreaterThan(0.98);
    expect(truePeak(left)).toBeLessThan(10 ** (-1.5 / 20));
  });

  test('comments too long for one page still make whole pages, and something else than Ogg is refused', async () => {
    const encode = await createSongEncoder();
    const excerpt = { left: sound.left.subarray(0, 20_000), right: sound.right.subarray(0, 20_000) };
    const file = encode(excerpt, [`COMMENT=${'la '.repeat(40_000)}`], 2);
    expect((await decodeAudio(file)).channelData[0]!.length).toBeGreaterThan(18_000);
    expect(() => writeVorbisComments(Buffer.from('RIFF'.repeat(20)), [])).toThrow('no Ogg page at byte 0');
  });
});

/** Frequency near `aboutHz` with the most energy: peak of a fine discrete Fourier sum over half a second. */
function measuredHz(out: Float32Array, aboutHz: number): number {
  const start = Math.round(0.3 * SAMPLE_RATE_HZ);
  const length = SAMPLE_RATE_HZ >> 1;
  let best = 0;
  let bestPower = 0;
  for (let cents = -15; cents <= 15; cents += 1) {
    const hz = aboutHz * 2 ** (cents / 1200);
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < length; index += 4) {
      const weight = 1 - Math.cos((2 * Math.PI * index) / length);
      const angle = (2 * Math.PI * hz * index) / SAMPLE_RATE_HZ;
      real += weight * out[start + index]! * Math.cos(angle);
      imaginary += weight * out[start + index]! * Math.sin(angle);
    }
    const power = real * real + imaginary * imaginary;
    if (power > bestPower) [best, bestPower] = [hz, power];
  }
  return best;
}

/** Largest second difference: a step or a corner in the wave. */
function largestKink(out: Float32Array): number {
  let largest = 0;
  for (let index = 2; index < out.length; index++) {
    largest = Math.max(largest, Math.abs(out[index]! - 2 * out[index - 1]! + out[index - 2]!));
  }
  return largest;
}

function peak(out: Float32Array): number {
  let highest = 0;
  for (const sample of out) highest = Math.max(highest, Math.abs(sample));
  return highest;
}

function energy(out: Float32Array): number {
  let sum = 0;
  for (const sample of out) sum += sample * sample;
  return sum;
}

function correlation(one: Float32Array, other: Float32Array): number {
  let product = 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) product += one[index]! * other[index]!;
  return product / Math.sqrt(energy(one.subarray(0, length)) * energy(other.subarray(0, length)));
}

function lufs({ left, right }: StereoSound): number {
  const meter = createLoudnessMeter(SAMPLE_RATE_HZ, [1, 1]);
  meter.write([left, right], left.length);
  return meter.integratedLufs();
}
