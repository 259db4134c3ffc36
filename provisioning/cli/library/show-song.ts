/** `amecs library show`: one song as a picture in a file, and in a few lines on the terminal. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DecodeError, decodeFile } from '../../../device/audio/decode.ts';
import type { StoredSong } from '../../../device/music/library-store.ts';
import {
  createOverview,
  type OverviewMaker,
  type SongOverview,
} from '../../../device/music/portrait/overview.ts';
import type { SongPortrait } from '../../../device/music/portrait/portrait.ts';
import { PORTRAIT_COLUMNS, svgPortrait } from '../../../device/music/portrait/svg-portrait.ts';
import { terminalPortrait } from '../../../device/music/portrait/terminal-portrait.ts';
import { readCover } from '../../../device/music/read-tags.ts';
import { songGainDb } from '../../../device/music/song-gain.ts';
import type { Terminal } from '../command.ts';
import type { BoxLibrary, SongView } from './box-library.ts';
import { decibelWords, lengthWords, loudnessWords, traitWords } from './song-words.ts';

/** What the features describe, ms: a shorter song as a whole, 45 s of others (models/features/listening-window.ts). */
const WHOLE_BELOW_MS = 50_000;
const WINDOW_MS = 45_000;

export interface ShowOptions {
  /** File of the picture; default: the song's title in the current folder. */
  readonly out: string | undefined;
  readonly isColourful: boolean;
  /** Cells of the terminal. */
  readonly width: number;
}

/** Resolves to the exit code. */
export async function showSong(
  view: SongView,
  library: BoxLibrary,
  options: ShowOptions,
  terminal: Terminal,
): Promise<number> {
  const { song } = view;
  let overview: SongOverview;
  try {
    terminal.progress(`listening to ${song.title} ...`);
    overview = await overviewOf(song);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    terminal.error(`${song.path}: ${error.reason}. ${error.hint}`);
    terminal.error('Its picture needs its sound. What is remembered of it: add --json.');
    return 1;
  }
  const cover = song.hasCover ? await readCover(song.path) : undefined;
  const portrait = portraitOf(view, library, overview, cover);
  for (const line of terminalPortrait(portrait, options.width, options.isColourful)) terminal.out(line);

  const path = resolve(options.out ?? join('.', `${fileNameOf(song.title)}.svg`));
  try {
    await writeFile(path, svgPortrait(portrait));
  } catch (error) {
    terminal.error(
      `The picture could not be written to ${path} (${(error as NodeJS.ErrnoException).code}). Choose another file with --out FILE.`,
    );
    return 1;
  }
  terminal.out('');
  terminal.out(`Picture: ${path} (open it in any browser)`);
  return 0;
}

async function overviewOf({ path, durationMs }: StoredSong): Promise<SongOverview> {
  let maker: OverviewMaker | undefined;
  for await (const { sampleRateHz, channels } of decodeFile(path)) {
    maker ??= createOverview({
      sampleRateHz,
      channels: channels.length,
      durationMs,
      columnCount: PORTRAIT_COLUMNS,
    });
    maker.write(channels);
  }
  // decodeFile gives at least one block or throws.
  return maker!.finish();
}

function portraitOf(
  { song, opinions, timesPlayed }: SongView,
  { songs, presses }: BoxLibrary,
  overview: SongOverview,
  cover: SongPortrait['cover'],
): SongPortrait {
  const others = songs.filter((other) => other.song.songId !== song.songId);
  return {
    title: song.title,
    ...(song.artist !== undefined && { artist: song.artist }),
    ...(song.album !== undefined && { album: song.album }),
    ...(cover !== undefined && { cover }),
    overview,
    facts: [
      lengthWords(song.durationMs),
      ...traitWords(song.traits),
      loudnessWords(song.loudnessLufs),
      `played at ${decibelWords(songGainDb(song))}`,
      ...(timesPlayed > 0 ? [timesPlayed === 1 ? 'asked for once' : `asked for ${timesPlayed} times`] : []),
    ],
    window: {
      startMs: song.windowStartMs,
      endMs: song.durationMs < WHOLE_BELOW_MS ? song.durationMs : song.windowStartMs + WINDOW_MS,
    },
    ...(opinions !== undefined && { opinions }),
    presses,
    others: others.flatMap((other) => (other.opinions === undefined ? [] : [other.opinions.population])),
  };
}

/** A file name any disk takes. */
function fileNameOf(title: string): string {
  const plain = title
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.replace(/^\.+/, '').slice(0, 80).trim() || 'song';
}
