/**
 * What the box holds of each song before its child said anything: what most people hear in it, and the word of its
 * MOOD tag. The population model is asked ahead and in handfuls, so that learning and predicting never wait for it.
 * Without a population model every song is even, but for its word: the box still works, and the child still teaches it.
 */
import type { Emotion, PerEmotion } from '../../models/emotions.ts';
import type { LoadedPopulation } from '../../models/population/load-population.ts';
import type { PopulationModel, PopulationOpinion } from '../../models/population/population-model.ts';
import { opinionBeforePresses } from '../../models/population/tagged-mood.ts';
import type { LibrarySong } from '../core/ports.ts';

/** What an opinion is formed of. */
export type OpinedSong = Pick<LibrarySong, 'songId' | 'featureVersion' | 'features'> & {
  readonly mood?: Emotion;
};

export interface SongOpinions {
  /** Whose opinions these are; a child's model learnt under another one is learnt anew. */
  readonly populationId: string;
  /** Forms the opinions on these songs that are not formed yet; they are there once it resolves. Never rejects. */
  ask(songs: readonly OpinedSong[]): Promise<void>;
  /** What most people hear in a song; undefined before it was asked for, and where its features cannot be read. */
  ofMost(song: OpinedSong): PopulationOpinion | undefined;
  /** The same with the word of its tag; even where nothing is known. */
  beforePresses(song: OpinedSong): PerEmotion;
  /** The song's features, where the population model can read them. */
  featuresOf(song: OpinedSong): readonly number[] | undefined;
}

/** Whose opinions even ones are. */
export const NO_POPULATION = 'none';

/** Before anything is known of a song. */
const EVEN: PerEmotion = [0.25, 0.25, 0.25, 0.25];

/** Songs between two turns of the event loop: some 1 ms, 5 ms on a Pi. */
const HANDFUL = 8;

/** `onFault` is told in words for people when the model fails on songs; they then count as unknown. */
export function createSongOpinions(
  population: PopulationModel | undefined,
  onFault: (reason: string) => void,
): SongOpinions {
  /** By id; a song that is heard anew by other ears brings other features, and gets another opinion. */
  const formed = new Map<string, { readonly featureVersion: string; readonly opinion: PopulationOpinion }>();

  function ofMost({ songId, featureVersion }: OpinedSong): PopulationOpinion | undefined {
    const known = formed.get(songId);
    return known?.featureVersion === featureVersion ? known.opinion : undefined;
  }

  function featuresOf({ featureVersion, features }: OpinedSong): readonly number[] | undefined {
    return featureVersion === population?.featureVersion ? features : undefined;
  }

  async function form(model: PopulationModel, songs: readonly OpinedSong[]): Promise<void> {
    try {
      const opinions = await model.predict(songs.map(({ features }) => features));
      songs.forEach(({ songId, featureVersion }, at) => {
        formed.set(songId, { featureVersion, opinion: opinions[at]! });
      });
    } catch (error) {
      onFault(
        `What most people hear could not be worked out for ${songs.length === 1 ? 'a song' : `${songs.length} songs`}; ` +
          `until the next start the box knows only what the child taught it of them. ${(error as Error).message}`,
      );
    }
  }

  return {
    populationId: population?.id ?? NO_POPULATION,
    async ask(songs) {
      if (population === undefined) return;
      const unknown = songs.filter((song) => featuresOf(song) !== undefined && ofMost(song) === undefined);
      for (let from = 0; from < unknown.length; from += HANDFUL) {
        await form(population, unknown.slice(from, from + HANDFUL));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    ofMost,
    beforePresses: (song) => opinionBeforePresses(ofMost(song)?.probabilities ?? EVEN, song.mood),
    featuresOf,
  };
}

/** Opinions by the population model that `load` gives; `onFault` is told why there is none, when there is none. */
export async function loadSongOpinions(
  onFault: (reason: string) => void,
  load: () => Promise<LoadedPopulation>,
): Promise<SongOpinions> {
  const loaded = await load();
  if (loaded.kind === 'loaded') return createSongOpinions(loaded.population, onFault);
  onFault(`What most people hear in songs is not known: ${loaded.reason}. ${loaded.hint}`);
  return createSongOpinions(undefined, onFault);
}

/**
 * Passes songs on once the opinions on them are formed. While that takes, a newer list replaces one that still waits:
 * only the last one counts. After `close` nothing is passed on.
 */
export function createSongOffer<Song extends OpinedSong>(
  opinions: SongOpinions,
  give: (songs: readonly Song[]) => void,
): {
  /** Resolves once these songs, or newer ones in their place, are passed on. */
  offer(songs: readonly Song[]): Promise<void>;
  close(): void;
} {
  let waiting: readonly Song[] | undefined;
  let passing: Promise<void> | undefined;
  let isClosed = false;

  async function passOn(): Promise<void> {
    while (waiting !== undefined) {
      const songs = waiting;
      waiting = undefined;
      await opinions.ask(songs);
      if (!isClosed) give(songs);
    }
    passing = undefined;
  }

  return {
    offer(songs) {
      waiting = songs;
      passing ??= passOn();
      return passing;
    },
    close() {
      isClosed = true;
      waiting = undefined;
    },
  };
}
