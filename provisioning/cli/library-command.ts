/** `amecs library`: put songs into the box, hear them ahead of time, and see what the box knows about each. */
import { resolve } from 'node:path';
import { createLibrary } from '../../device/music/library.ts';
import type { Storage } from '../../device/storage/storage.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { addSongs } from './library/add-songs.ts';
import { readBoxLibrary, type SongView, songForJson, withStorage } from './library/box-library.ts';
import { checkReference } from './library/check-reference.ts';
import { findSong } from './library/find-song.ts';
import { forgetRefusal, forgetSong } from './library/forget-song.ts';
import { listSongs } from './library/list-songs.ts';
import { ownMusicFolder } from './library/own-music.ts';
import { showSong } from './library/show-song.ts';
import { dataFolder, parseOptions } from './options.ts';
import { tellScan } from './scan-progress-line.ts';

const OPTIONS = {
  data: { type: 'string' },
  music: { type: 'string' },
  out: { type: 'string' },
  reference: { type: 'string' },
  json: { type: 'boolean', default: false },
  each: { type: 'boolean', default: false },
} as const;

const ACTIONS = 'add, scan, list, show, forget or check';

export const libraryCommand: Command = {
  name: 'library',
  summary: 'add songs, hear them ahead of time, see what the box hears in each',
  help: `Usage: amecs library add FILE|DIR... [--music DIR]
       amecs library scan [DIR]
       amecs library list [--json]
       amecs library show SONG [--out FILE] [--json]
       amecs library forget SONG
       amecs library check --reference DEAM_DIR [--each] [--json]

  add FILE|DIR...    copies songs into the box's music folder; never overwrites, tells what is there already
  scan [DIR]         hears every new song of the folder and remembers it; can be stopped and goes on later
  list               the songs heard so far: loudness, what most people and what this child hear in each
  show SONG          draws a song: waveform, spectrum, loudness, brightness, and where it lies among the others;
                     SONG is a title or the beginning of one, a file, or the beginning of a song id
  forget SONG        forgets what was heard of a song (never deletes the file, keeps every press);
                     given a file that was refused, it is tried again at the next scan
  check              hears DEAM's ten clips and compares with the table the population model learnt from

  --music DIR        the music folder (default: the box's own, in the data folder)
  --out FILE         where show writes its picture (default: the song's title .svg, here)
  --each             check: every clip, not only the worst for each aggregate
  --json             for programs
  --data DIR         where everything is kept (default: ~/.local/share/amecs)

Example: amecs library add ~/Music/Lullabies && amecs library scan && amecs library show "twinkle"`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, OPTIONS, true);
    const [action, ...rest] = positionals;
    const data = dataFolder(values.data);
    const musicFolder = values.music === undefined ? ownMusicFolder(data) : resolve(values.music);
    switch (action) {
      case 'add':
        if (rest.length === 0) throw new UsageError('Say what to add: amecs library add FILE|DIR...');
        return withStorage(data, async (storage) =>
          addSongs({ sources: rest, musicFolder, known: await storage.songs(), terminal }),
        );
      case 'scan':
        onlyOne('scan', rest, 0);
        return withStorage(data, (storage) => scan(storage, resolve(rest[0] ?? musicFolder), terminal));
      case 'list':
        return withStorage(data, async (storage) =>
          listSongs(await readBoxLibrary(storage, (reason) => terminal.error(reason)), values.json, terminal),
        );
      case 'show':
      case 'forget': {
        const words = onlyOne(action, rest, 1);
        return withStorage(data, (storage) => about(action, words, storage, values, terminal));
      }
      case 'check':
        if (values.reference === undefined) {
          throw new UsageError('Say where DEAM is: amecs library check --reference DIR');
        }
        return checkReference(values.reference, { asJson: values.json, eachClip: values.each }, terminal);
      default:
        throw new UsageError(
          action === undefined
            ? `Say what to do: amecs library ${ACTIONS}.`
            : `There is no "amecs library ${action}": say ${ACTIONS}.`,
        );
    }
  },
};

/** The one argument; a title of several words is often given without quotes, so they are joined. */
function onlyOne(action: string, words: readonly string[], least: 0 | 1): string {
  if (words.length < least) throw new UsageError(`Say which song: amecs library ${action} SONG`);
  if (action === 'scan' && words.length > 1) throw new UsageError('Say one folder: amecs library scan DIR');
  return words.join(' ');
}

async function scan(storage: Storage, folder: string, terminal: Terminal): Promise<number> {
  const library = createLibrary({ store: storage });
  try {
    const outcome = await tellScan(terminal, (onProgress) =>
      library.scan(folder, { onProgress, signal: terminal.signal }),
    );
    if (outcome === undefined) return 130;
    if (outcome.kind !== 'scanned') return 1;
    const { songs, newlyHeard, duplicates, refused, notSaved } = outcome;
    const parts = [
      `${songs.length} ${songs.length === 1 ? 'song' : 'songs'} can be played, ${newlyHeard} of them new`,
      ...(duplicates > 0
        ? [`${duplicates} ${duplicates === 1 ? 'file holds' : 'files hold'} a song another holds too`]
        : []),
      ...(refused.length > 0
        ? [`${refused.length} ${refused.length === 1 ? 'file' : 'files'} cannot be played`]
        : []),
    ];
    terminal.out(`${parts.join('; ')}.`);
    if (notSaved > 0) {
      terminal.error(
        `${notSaved} could not be remembered and will be heard again: check the free space of the disk.`,
      );
    }
    return 0;
  } finally {
    await library.close();
  }
}

async function about(
  action: 'show' | 'forget',
  words: string,
  storage: Storage,
  options: { readonly out?: string | undefined; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const library = await readBoxLibrary(storage, (reason) => terminal.error(reason));
  const viewById = new Map<string, SongView>(library.songs.map((view) => [view.song.songId, view]));
  const search = findSong(
    library.songs.map(({ song }) => song),
    words,
  );
  if (search.kind === 'several') {
    terminal.error(`"${words}" can mean ${search.songs.length} songs; say more of the title, or the id:`);
    for (const { songId, title, artist } of search.songs.slice(0, 20)) {
      terminal.error(`  ${songId.slice(0, 8)}  ${artist === undefined ? title : `${title}, ${artist}`}`);
    }
    return 1;
  }
  if (search.kind === 'none') {
    if (action === 'forget' && (await forgetRefusal(storage, words, terminal))) return 0;
    terminal.error(
      library.songs.length === 0
        ? 'No song has been heard yet: amecs library add FILE, then amecs library scan.'
        : `No song heard so far is called "${words}". See what there is with amecs library list.`,
    );
    return 1;
  }
  const view = viewById.get(search.song.songId)!;
  if (action === 'forget') return forgetSong(storage, view.song, terminal);
  if (options.json) {
    terminal.out(JSON.stringify(songForJson(view), null, 2));
    return 0;
  }
  const isColourful = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const width = Math.min(process.stdout.columns ?? 80, 120);
  return showSong(view, library, { out: options.out, isColourful, width }, terminal);
}
