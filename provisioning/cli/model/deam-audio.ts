/**
 * Hears DEAM's audio with the box's own ears, so that a model can be trained on exactly what boxes hear. What was heard
 * is kept line by line in the user's cache: an interrupted hour goes on where it stopped, and no clip is heard twice.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { createExtractionPool, type ExtractionPool } from '../../../device/music/extraction-pool.ts';
import { inParallel } from '../../../device/music/in-parallel.ts';
import { type FoundFile, scanFolder } from '../../../device/music/scan-folder.ts';
import { createTimeLeft } from '../../../device/music/scan-progress.ts';
import { featureNames, featureVersion } from '../../../models/features/hear-song.ts';
import type { HeardFeatures } from '../../../models/population/deam.ts';
import { type Terminal, UsageError } from '../command.ts';
import { bar, timeLeftWords } from '../terminal.ts';

/** One line of the cache. */
interface HeardLine extends FoundFile {
  readonly features: readonly number[];
}

/** The cache of these ears: `$XDG_CACHE_HOME/amecs`, else `~/.cache/amecs`. */
function cacheFile(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'amecs');
  mkdirSync(folder, { recursive: true });
  return join(folder, `heard-${featureVersion.replaceAll('/', '-')}.jsonl`);
}

/**
 * Features of every clip below `folder` whose name is a song's number, such as `2.mp3`, in the order of the numbers;
 * clips that cannot be played are told and left out. Rejects with the signal's reason. Half a second a clip and core.
 * `pool` hears, and is closed. @throws UsageError where there is no clip.
 */
export async function hearDeamAudio(
  folder: string,
  terminal: Terminal,
  options: { readonly cache?: string; readonly pool?: ExtractionPool } = {},
): Promise<HeardFeatures> {
  const { cache = cacheFile(), pool = createExtractionPool() } = options;
  const { signal } = terminal;
  const found = await scanFolder(resolve(folder), signal);
  const files = found.kind === 'found' ? found.files : [];
  const clips = files.flatMap((file) => {
    const songId = basename(file.path, extname(file.path));
    return /^\d+$/.test(songId) ? [{ songId, file }] : [];
  });
  if (clips.length === 0) {
    throw new UsageError(
      `${folder} holds no audio of DEAM: put it there as audio/2.mp3, audio/3.mp3 ..., or leave --ears out.`,
    );
  }
  const remembered = readCache(cache);
  const unheard = clips.filter(({ file }) => !isHeard(remembered.get(file.path), file));
  const timeLeft = createTimeLeft(
    unheard.map(({ file }) => file),
    performance.now(),
  );
  let done = clips.length - unheard.length;
  try {
    await inParallel(unheard, pool.workerCount, async ({ file }) => {
      const answer = await pool.hear(file.path, signal);
      if (answer.kind === 'refused') terminal.error(`${file.path}: ${answer.reason}. ${answer.hint}`);
      else {
        const line: HeardLine = { ...file, features: Array.from(answer.song.features) };
        remembered.set(file.path, line);
        appendFileSync(cache, `${JSON.stringify(line)}\n`);
      }
      done++;
      const left = timeLeft.afterFile(file, performance.now());
      terminal.progress(
        `${bar(done, clips.length)} ${done}/${clips.length} clips heard${left ? `  ${timeLeftWords(left)}` : ''}`,
        done === clips.length,
      );
    });
  } finally {
    await pool.close();
  }
  const heard = clips
    .flatMap(({ songId, file }) => {
      const line = remembered.get(file.path);
      return line === undefined ? [] : [[songId, line.features] as const];
    })
    .sort(([a], [b]) => Number(a) - Number(b));
  const sha256 = createHash('sha256')
    .update(JSON.stringify([featureVersion, heard]))
    .digest('hex');
  return { columns: featureNames, features: new Map(heard), sha256 };
}

function isHeard(line: HeardLine | undefined, file: FoundFile): boolean {
  return line !== undefined && line.sizeBytes === file.sizeBytes && line.mtimeMs === file.mtimeMs;
}

/** By path. A line that is not whole, as an interruption leaves it, is as if it were not there. */
function readCache(path: string): Map<string, HeardLine> {
  const lines = new Map<string, HeardLine>();
  if (!existsSync(path)) return lines;
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    try {
      const line = JSON.parse(text) as HeardLine;
      if (line.features.length === featureNames.length) lines.set(line.path, line);
    } catch {
      // Cut off: the clip is heard again.
    }
  }
  return lines;
}
