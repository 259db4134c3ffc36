import { describe, expect, test } from 'vitest';
import { CHANNELS, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';
import { CHUNK_FRAMES, stereoSong } from '../../../device/audio/stereo-song.ts';

interface Source {
  readonly sampleRateHz: number;
  /** One function of time in seconds a channel. */
  readonly channels: readonly ((seconds: number) => number)[];
  readonly seconds: number;
  readonly blockFrames: number;
}

async function* blocksOf({ sampleRateHz, channels, seconds, blockFrames }: Source) {
  const frames = Math.round(seconds * sampleRateHz);
  for (let begin = 0; begin < frames; begin += blockFrames) {
    const length = Math.min(blockFrames, frames - begin);
    const sampled = channels.map((at) =>
      Float32Array.from({ length }, (_, i) => at((begin + i) / sampleRateHz)),
    );
    yield { sampleRateHz, channels: sampled };
  }
}

async function collect(
  source: Source,
  from = 0,
): Promise<{ left: number[]; right: number[]; sizes: number[] }> {
  const left: number[] = [];
  const right: number[] = [];
  const sizes: number[] = [];
  for await (const chunk of stereoSong(blocksOf(source), from)) {
    sizes.push(chunk.length / CHANNELS);
    for (let i = 0; i < chunk.length; i += CHANNELS) {
      left.push(chunk[i]!);
      right.push(chunk[i + 1]!);
    }
  }
  return { left, right, sizes };
}

const low = (seconds: number): number => 0.5 * Math.sin(2 * Math.PI * 220 * seconds);
const high = (seconds: number): number => 0.3 * Math.sin(2 * Math.PI * 330 * seconds);
const still = (): number => 0;

describe('a song as stereo at 44.1 kHz', () => {
  test('44.1 kHz stereo passes unchanged, in full chunks but the last', async () => {
    const source = { sampleRateHz: SAMPLE_RATE_HZ, channels: [low, high], seconds: 0.5, blockFrames: 1152 };
    const { left, right, sizes } = await collect(source);
    expect(sizes).toEqual([CHUNK_FRAMES, CHUNK_FRAMES, 22_050 - 2 * CHUNK_FRAMES]);
    expect(left).toEqual(Array.from({ length: 22_050 }, (_, i) => Math.fround(low(i / SAMPLE_RATE_HZ))));
    expect(right).toEqual(Array.from({ length: 22_050 }, (_, i) => Math.fround(high(i / SAMPLE_RATE_HZ))));
  });

  test('mono is heard on both sides', async () => {
    const source = { sampleRateHz: SAMPLE_RATE_HZ, channels: [low], seconds: 0.1, blockFrames: 999 };
    const { left, right } = await collect(source);
    expect(right).toEqual(left);
  });

  test('six channels at full scale come out as two that do not clip', async () => {
    const full = (): number => 1;
    const channels = [full, full, full, full, full, full];
    const { left } = await collect({
      sampleRateHz: SAMPLE_RATE_HZ,
      channels,
      seconds: 0.1,
      blockFrames: 999,
    });
    expect(Math.max(...left)).toBeCloseTo(1, 6);
  });

  test('a centre channel alone is heard on both sides alike', async () => {
    const source = {
      sampleRateHz: SAMPLE_RATE_HZ,
      channels: [still, still, low],
      seconds: 0.1,
      blockFrames: 999,
    };
    const { left, right } = await collect(source);
    expect(right).toEqual(left);
    expect(Math.max(...left)).toBeGreaterThan(0.1);
  });

  test.each([8000, 22_050, 48_000, 96_000])(
    '%d Hz becomes the same tone at 44.1 kHz',
    async (sampleRateHz) => {
      const { left } = await collect({ sampleRateHz, channels: [low, low], seconds: 1, blockFrames: 1000 });
      expect(Math.abs(left.length - SAMPLE_RATE_HZ)).toBeLessThanOrEqual(1);
      // The first and last 50 ms hold the filter's edges.
      const inside = left.slice(2205, -2205);
      const error = Math.max(
        ...inside.map((sample, i) => Math.abs(sample - low((i + 2205) / SAMPLE_RATE_HZ))),
      );
      expect(error).toBeLessThan(0.005);
    },
  );

  test.each([44_100, 48_000])('from a later frame on it is the same song, at %d Hz', async (sampleRateHz) => {
    const source = { sampleRateHz, channels: [low, high], seconds: 1, blockFrames: 700 };
    const { left, sizes } = await collect(source, 30_000);
    expect(Math.abs(left.length - 14_100)).toBeLessThanOrEqual(2);
    expect(sizes.filter((size) => size === 0).length).toBeGreaterThan(0);
    const inside = left.slice(2205, -2205);
    const error = Math.max(...inside.map((s, i) => Math.abs(s - low((i + 2205 + 30_000) / SAMPLE_RATE_HZ))));
    expect(error).toBeLessThan(0.02);
  });

  test('from beyond its end there is nothing', async () => {
    const source = { sampleRateHz: SAMPLE_RATE_HZ, channels: [low], seconds: 0.2, blockFrames: 700 };
    expect((await collect(source, 99_999)).left).toEqual([]);
  });
});
