/** `amecs library`: hear the songs of a folder ahead of time, and see what the box knows about them. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { createLibrary } from '../../device/music/library.ts';
import { openStorage, type Storage } from '../../device/storage/storage.ts';
import { EMOTIONS } from '../../models/emotions.ts';
import { loadPopulation } from '../../models/population/load-population.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { dataFolder, parseOptions } from './options.ts';
import { tellScan } from './scan-progress-line.ts';

export const libraryCommand: Command = {
  name: 'library',
  summary: 'hear the songs of a folder, list what the box has heard',
  help: `Usage: amecs library scan DIR [--data DIR]
       amecs library list [--data DIR]

  scan DIR    hears every new song in the folder and remembers it; can be stopped and goes on later
  list        the songs heard so far: what the population model hears in each, length, loudness
  --data DIR  where everything is kept (default: ~/.local/share/amecs)

Example: amecs library scan ~/Music`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, { data: { type: 'string' } }, true);
    const [action, folder] = positionals;
    if (action !== 'list' && !(action === 'scan' && folder !== undefined)) {
      throw new UsageError('Say "amecs library scan DIR" or "amecs library list".');
    }
    const storage = await openBoxStorage(dataFolder(values.data));
    try {
      return action === 'list'
        ? await list(storage, terminal)
        : await scan(storage, resolve(folder!), terminal);
    } finally {
      await storage.close();
    }
  },
};

function openBoxStorage(data: string): Promise<Storage> {
  const folder = join(data, 'device');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openStorage({ path: join(folder, 'device.sqlite'), bootId: randomUUID(), clock: systemClock });
}

async function scan(storage: Storage, folder: string, terminal: Terminal): Promise<number> {
  const library = createLibrary({ store: storage });
  try {
    const outcome = await tellScan(terminal, (onProgress) =>
      library.scan(folder, { onProgress, signal: terminal.signal }),
    );
    if (outcome === undefined) return 130;
    if (outcome.kind !== 'scanned') return 1;
    terminal.out(
      `${outcome.songs.length} songs can be played, ${outcome.newlyHeard} of them new; ${outcome.refused.length} files cannot.`,
    );
    return 0;
  } finally {
    await library.close();
  }
}

async function list(storage: Storage, terminal: Terminal): Promise<number> {
  const population = loadPopulation();
  const songs = [...(await storage.songs())].sort((a, b) => a.title.localeCompare(b.title));
  if (songs.length === 0) {
    terminal.out('No song has been heard yet: amecs library scan DIR');
    return 0;
  }
  const width = Math.min(44, Math.max(...songs.map(({ title }) => title.length)));
  terminal.out(
    `${'title'.padEnd(width)}  length  loudness  ${EMOTIONS.map((e) => e.padStart(5)).join('  ')}`,
  );
  for (const song of songs) {
    const isReadable = song.featureVersion === population.featureVersion;
    const shares = isReadable ? population.predict(song.features).map((p) => `${Math.round(100 * p)} %`) : [];
    const seconds = Math.round(song.durationMs / 1000);
    const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    terminal.out(
      `${song.title.slice(0, width).padEnd(width)}  ${length.padStart(6)}  ${`${song.loudnessLufs.toFixed(1)} LU`.padStart(8)}  ${shares
        .map((share) => share.padStart(5))
        .join('  ')}`,
    );
  }
  return 0;
}
