/** The box's library as the `amecs library` commands see it: every song ever heard, with what both models say of it. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import { createChildLearner } from '../../../device/learning/child-learner.ts';
import { loadSongOpinions, NO_POPULATION } from '../../../device/learning/song-opinions.ts';
import type { StoredSong } from '../../../device/music/library-store.ts';
import { openStorage, type Storage } from '../../../device/storage/storage.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { loadPopulation } from '../../../models/population/load-population.ts';
import { loadPrior } from '../../../models/population/load-prior.ts';

/** A song with the opinions on it; those are absent while it was heard by other ears than the model's. */
export interface SongView {
  readonly song: StoredSong;
  /** Whether its file is where it was. */
  readonly isThere: boolean;
  readonly opinions?: SongOpinions;
  readonly timesPlayed: number;
}

export interface SongOpinions {
  /** What is held before any press: what listeners in general hear, and the word of the song's tag. */
  readonly population: PerEmotion;
  /** What this child hears; the same while nothing is learnt. */
  readonly child: PerEmotion;
  /** The population model's, each about -1 to 1 = (x - 5) / 4 of the 1-9 scale; absent where there is none. */
  readonly valence?: number;
  readonly arousal?: number;
}

export interface BoxLibrary {
  /** By title. */
  readonly songs: readonly SongView[];
  /** Presses the child's model has learnt from. */
  readonly presses: number;
}

/** Runs `use` on the box's storage, which may be open in a running box too. */
export async function withStorage<T>(data: string, use: (storage: Storage) => Promise<T>): Promise<T> {
  const folder = join(data, 'device');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const storage = await openStorage({
    path: join(folder, 'device.sqlite'),
    bootId: randomUUID(),
    clock: systemClock,
  });
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** Every song with its opinions. Changes nothing in the storage. `onFault` is told what is missing, and what to do. */
export async function readBoxLibrary(
  storage: Storage,
  onFault: (reason: string) => void,
): Promise<BoxLibrary> {
  const [songs, timesPlayed] = await Promise.all([storage.songs(), storage.timesPlayed()]);
  const opinions = await loadSongOpinions(onFault, loadPopulation);
  await opinions.ask(songs);
  // Not closed: closing would save the model, and this is the running box's business.
  const learner = await createChildLearner({
    opinions,
    prior: loadPrior(),
    store: storage,
    songs,
    onFault,
  });
  await learner.caughtUp();
  const played = new Map(timesPlayed);
  const views = songs.map((song): SongView => {
    const view = { song, isThere: existsSync(song.path), timesPlayed: played.get(song.songId) ?? 0 };
    const ofMost = opinions.ofMost(song);
    if (ofMost === undefined && opinions.populationId !== NO_POPULATION) return view;
    const [valence, arousal] = ofMost?.valenceArousal ?? [];
    const [child] = learner.predict([song]);
    return {
      ...view,
      opinions: {
        population: opinions.beforePresses(song),
        child: child!,
        ...(valence !== undefined && arousal !== undefined && { valence, arousal }),
      },
    };
  });
  return {
    songs: views.sort((a, b) => a.song.title.localeCompare(b.song.title)),
    presses: learner.pressCount(),
  };
}

/** What `--json` tells of a song: everything but its features. */
export function songForJson({ song, isThere, opinions, timesPlayed }: SongView): Record<string, unknown> {
  const { features: _features, sizeBytes: _size, mtimeMs: _mtime, ...told } = song;
  return { ...told, isThere, timesPlayed, ...opinions };
}
