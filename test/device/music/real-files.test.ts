/**
 * Real files, most of them broken, mislabelled or exotic: each is played or refused in words, none does harm.
 * The lengths agree with ffmpeg 7.1's within 60 ms (`ffmpeg -i FILE -map 0:a:0 -f f32le -ac 1 -ar 44100 -`), but for
 * two damaged ones, of 0.26 and 0.42 s. Hearing them all takes half a minute of an idle core: set AMECS_SLOW_TESTS=1.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DecodeError, decodeFile } from '../../../device/audio/decode.ts';
import { createExtractionPool } from '../../../device/music/extraction-pool.ts';

const FOLDER = '../shared/data/audio';

function filesIn(folder: string): string[] {
  return readdirSync(join(FOLDER, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !(folder === 'open-music' && entry.name.endsWith('.txt')))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** "played", or why not. */
async function fateOf(path: string): Promise<string> {
  try {
    for await (const { sampleRateHz, channels } of decodeFile(path)) {
      expect(
        channels.every(({ length }) => length > 0 && length <= sampleRateHz),
        path,
      ).toBe(true);
    }
    return 'played';
  } catch (error) {
    expect(error, path).toBeInstanceOf(DecodeError);
    return (error as DecodeError).kind;
  }
}

function counted(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const fates: readonly (readonly [string, Record<string, number>])[] = [
  ['odd-files', { played: 133, unsupported: 23, silent: 8, notAudio: 5, damaged: 4 }],
  ['one-clip-many-formats', { played: 9, unsupported: 2 }],
  ['open-music', { played: 8 }],
];

test.skipIf(!existsSync(FOLDER)).each(fates)(
  '%s: each file is played or refused, and closed',
  async (folder, expected) => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const seen: string[] = [];
    for (const path of filesIn(folder)) seen.push(await fateOf(path));
    expect(counted(seen)).toEqual(expected);
    // Files are closed behind the last block; the few that are still being closed are fewer than there were.
    expect(open() - before).toBeLessThan(5);
  },
);

test.skipIf(!existsSync(FOLDER) || process.env.AMECS_SLOW_TESTS === undefined)(
  'every one of them is heard in a worker, with finite features, or refused in words',
  async () => {
    const pool = createExtractionPool({ workerCount: 1 });
    onTestFinished(() => pool.close());
    const paths = fates.flatMap(([folder]) => filesIn(folder));
    const answers = await Promise.all(paths.map((path) => pool.hear(path)));
    for (const answer of answers) {
      if (answer.kind === 'refused') expect(`${answer.reason} ${answer.hint}`).toMatch(/\w{4}/);
      else expect(answer.song.features.every(Number.isFinite)).toBe(true);
    }
    expect(counted(answers.map(({ kind }) => kind))).toEqual({ heard: 150, refused: 42 });
    expect(
      answers.filter((answer) => answer.kind === 'refused' && /fail|progress/.test(answer.reason)),
    ).toEqual([]);
  },
  240_000,
);
