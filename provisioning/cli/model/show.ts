/** `amecs model show`: what the child's model believes and how sure it is, for a caregiver; with --json for researchers. */
import { resolve } from 'node:path';
import type { Terminal } from '../command.ts';
import { findSong } from '../library/find-song.ts';
import { readBoxModel } from './box-model.ts';
import { type BoxRecord, readBoxRecord } from './box-record.ts';
import { type ModelView, type SongBelief, viewModel } from './model-view.ts';
import { modelLines, songBeliefLines } from './model-words.ts';

export interface ShowModelOptions {
  /** The box's `device.sqlite`. */
  readonly journal: string;
  /** Words for one song; empty for the whole. */
  readonly song: string;
  readonly asJson: boolean;
  /** Cells of the terminal. */
  readonly width: number;
}

/** As many as a person looks through. */
const MOST_TITLES = 12;

const EMPTY_BOX: BoxRecord = { songs: [], selections: [], stored: undefined };

/** Resolves to the exit code. */
export async function showModel(options: ShowModelOptions, terminal: Terminal): Promise<number> {
  const reading = readBoxRecord(options.journal);
  if (reading.kind === 'unreadable') {
    terminal.error(`${resolve(options.journal)}: ${reading.reason}. ${reading.hint}`);
    return 1;
  }
  const record = reading.kind === 'read' ? reading.record : EMPTY_BOX;
  const { opinions, prior } = await readBoxModel(options.journal, (reason) => terminal.error(reason));
  const view = await viewModel(record, opinions, prior, terminal);
  if (view === undefined) return 130;
  if (options.song === '') {
    const lines = options.asJson ? jsonLines(modelForJson(view)) : modelLines(view, options.width);
    for (const line of lines) terminal.out(line);
    return 0;
  }
  const search = findSong(
    view.songs.map(({ song }) => song),
    options.song,
  );
  if (search.kind !== 'found') {
    terminal.error(
      search.kind === 'none' ? noSongWords(options.song) : severalWords(options.song, search.songs),
    );
    return 1;
  }
  const belief = view.songs.find(({ song }) => song === search.song)!;
  const lines = options.asJson
    ? jsonLines(songForJson(belief))
    : songBeliefLines(belief, view, options.width);
  for (const line of lines) terminal.out(line);
  return 0;
}

function noSongWords(words: string): string {
  return `No song heard so far is called "${words}". See what there is with amecs library list.`;
}

function severalWords(words: string, songs: readonly { readonly title: string }[]): string {
  const titles = songs.slice(0, MOST_TITLES).map(({ title }) => `“${title}”`);
  return (
    `"${words}" can mean ${songs.length} songs: ${titles.join(', ')}${songs.length > MOST_TITLES ? ' ...' : ''}. ` +
    'Say more of the title, or give the file.'
  );
}

function jsonLines(value: Record<string, unknown>): string[] {
  return [JSON.stringify(value, null, 2)];
}

function songForJson({ song, explanation }: SongBelief): Record<string, unknown> {
  return { songId: song.songId, title: song.title, ...explanation };
}

function modelForJson(view: ModelView): Record<string, unknown> {
  const { prior, songs, foretold, ...rest } = view;
  return {
    ...rest,
    prior: { mean: [...prior.mean], covariance: [...prior.covariance] },
    foretold,
    songs: songs.map(songForJson),
  };
}
