/** DEAM's audio heard by the box's ears: by number, once, and on from where it stopped. */
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExtractionPool } from '../../../../device/music/extraction-pool.ts';
import { featureNames, type HeardSong } from '../../../../models/features/hear-song.ts';
import { hearDeamAudio } from '../../../../provisioning/cli/model/deam-audio.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { tone, wavFile } from '../../../support/sound-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function clips(...numbers: number[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'audio'));
  for (const n of numbers) writeFileSync(clip(folder, n), wavFile(tone(1, 2, 44_100, 100 * n)));
  return folder;
}

function clip(folder: string, n: number): string {
  return join(folder, 'audio', `${n}.wav`);
}

const linesOf = (cache: string): string[] => readFileSync(cache, 'utf8').trim().split('\n');

/** Ears that make a clip's features from its number and its size, and remember what they were given. */
function createFakePool(): ExtractionPool & { readonly heard: string[] } {
  const heard: string[] = [];
  const notAsked = (): never => {
    throw new Error('not asked for here');
  };
  return {
    heard,
    workerCount: 1,
    identify: notAsked,
    readTags: notAsked,
    async hear(path, signal) {
      signal?.throwIfAborted();
      const name = basename(path);
      heard.push(name);
      const features = Float64Array.from(featureNames, () => statSync(path).size);
      return { kind: 'heard', song: { features } as unknown as HeardSong };
    },
    pause: notAsked,
    resume: notAsked,
    close: async () => {},
  };
}

async function hear(folder: string, cache: string) {
  const pool = createFakePool();
  const features = await hearDeamAudio(folder, createRecordingTerminal(), { cache, pool });
  return { ...features, heard: pool.heard };
}

describe('DEAM’s audio', () => {
  test('is heard by the box’s own ears; what cannot be played is told and left out', async () => {
    const folder = clips(10, 2);
    writeFileSync(clip(folder, 3), 'not music');
    const terminal = createRecordingTerminal();
    const cache = join(temporaryFolder(), 'heard.jsonl');
    const { columns, features } = await hearDeamAudio(folder, terminal, { cache });
    expect(columns).toEqual(featureNames);
    expect([...features.keys()]).toEqual(['2', '10']);
    // A tone's centroid is its pitch: 200 and 1,000 Hz.
    const centroid = featureNames.indexOf('centroid_mean');
    expect(features.get('10')![centroid]! / features.get('2')![centroid]!).toBeGreaterThan(2);
    expect(terminal.errorLines).toEqual([expect.stringMatching(/3\.wav: this is not a music file/)]);
  });

  test('is what is named by a number; no clip is heard twice', async () => {
    const folder = clips(2, 10);
    writeFileSync(join(folder, 'audio', 'notes.wav'), 'not a numbered clip');
    const cache = join(temporaryFolder(), 'heard.jsonl');
    const first = await hear(folder, cache);
    expect(first.heard.sort()).toEqual(['10.wav', '2.wav']);
    expect(await hear(folder, cache)).toEqual({ ...first, heard: [] });
  });

  test('goes on where it stopped: what is new, changed or cut off is heard, nothing else', async () => {
    const folder = clips(2, 3, 4);
    const cache = join(temporaryFolder(), 'heard.jsonl');
    const { sha256 } = await hear(folder, cache);
    const [whole, cut] = linesOf(cache);
    writeFileSync(cache, `${whole!}\n${cut!.slice(0, 30)}\n`);
    // The same sound at another time is the same sound.
    expect(await hear(folder, cache)).toMatchObject({ heard: ['3.wav', '4.wav'], sha256 });
    utimesSync(clip(folder, 3), 1, 1);
    expect(await hear(folder, cache)).toMatchObject({ heard: ['3.wav'], sha256 });
    writeFileSync(clip(folder, 3), wavFile(tone(1, 1, 44_100, 300)));
    const changed = await hear(folder, cache);
    expect(changed.heard).toEqual(['3.wav']);
    expect(changed.sha256).not.toBe(sha256);
  });

  test('is given up at Ctrl-C', async () => {
    const terminal = createRecordingTerminal();
    terminal.stop();
    const options = { cache: join(temporaryFolder(), 'heard.jsonl'), pool: createFakePool() };
    await expect(hearDeamAudio(clips(2), terminal, options)).rejects.toThrow();
  });
});
