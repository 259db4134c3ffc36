/**
 * One recording in ten formats: what the population model is given is the same however the song was stored.
 * The folder's own nine files are nine takes, not one: the best alignment of any two correlates 0.45 to 0.59, wav and
 * flac included (numpy, cross-correlation of `ffmpeg -i FILE -f f32le -ac 1 -ar 44100 -`). So its wav is encoded here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DecodeError, decodeFile } from '../../../device/audio/decode.ts';
import { createEar, type Ear, featureNames } from '../../../models/features/hear-song.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FOLDER = '../shared/data/audio/one-clip-many-formats';
const CLIP = join(FOLDER, 'audiofiletype02.wav');
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

async function featuresOf(path: string): Promise<Float64Array> {
  let ear: Ear | undefined;
  for await (const { sampleRateHz, channels } of decodeFile(path)) {
    ear ??= createEar({ sampleRateHz, channels: channels.length });
    ear.write(channels);
  }
  return ear!.finish().features;
}

describe.skipIf(!existsSync(CLIP) || !hasFfmpeg)('the 20 aggregates of one clip', () => {
  let reference: Float64Array;
  beforeAll(async () => {
    reference = await featuresOf(CLIP);
  });

  /** Columns that differ from the wav's by more than the limit, relative. */
  async function misses(encoding: string, limit: number): Promise<string[]> {
    const [name, ...options] = encoding.split(' ');
    const path = join(temporaryFolder(), name!);
    execFileSync('ffmpeg', ['-v', 'error', '-i', CLIP, ...options, path]);
    const heard = await featuresOf(path);
    return featureNames.filter((_, at) => Math.abs(heard[at]! / reference[at]! - 1) > limit);
  }

  test.each(['x.wav', 'x.flac', 'x.aiff', 'x.m4a -c:a alac'])(
    'are within a fiftieth where nothing is lost: %s',
    async (encoding) => {
      expect(await misses(encoding, 0.02)).toEqual([]);
    },
  );

  // Zero crossings of the near-silent noise between the notes, which codecs leave out: 13 % (mp3) to 49 % (opus) off.
  const MISSES = ['zcr_mean', 'zcr_std'];

  test.each([
    'x.mp3 -b:a 192k',
    'x.mp3 -b:a 128k',
    'x.aac -b:a 192k',
    'x.m4a -b:a 192k',
    'x.ogg -q:a 5',
    'x.opus -b:a 160k',
  ])('are within a tenth where something is lost, but for zero crossings: %s', async (encoding) => {
    expect((await misses(encoding, 0.1)).filter((column) => !MISSES.includes(column))).toEqual([]);
  });
});

describe.skipIf(!existsSync(FOLDER))('of the folder’s own files', () => {
  test.each(['audiofiletype05.ac3', 'audiofiletype09.wma'])('%s is refused in words', async (name) => {
    const refusal = featuresOf(join(FOLDER, name));
    await expect(refusal).rejects.toThrow(DecodeError);
    await expect(refusal).rejects.toThrow(/does not play this kind/);
  });
});
