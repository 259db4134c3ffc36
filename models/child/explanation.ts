/**
 * Why the model expects what it expects of a song, as plain counts and likenesses a caregiver can check:
 * "calm 5 of 6 times; sounds like songs you called calm". Decides what is said, not how it is worded.
 */
import type { Emotion, PerEmotion } from '../emotions.ts';
import { EMOTIONS } from '../emotions.ts';
import type { ChildModel, SongOpinion } from './child-model.ts';
import { predict } from './child-model.ts';
import { CLASS_COUNT, checkedPopulation, EMBEDDING_SIZE, embed } from './embedding.ts';
import { expertWeights } from './evidence-gate.ts';
import type { HeardSongs } from './heard-songs.ts';

/** A song the child has pressed for that the population hears much the same way. */
export interface SimilarSong {
  readonly songId: string;
  /** Euclidean distance of the embeddings, in log-probability units; 0 is the same. */
  readonly distance: number;
  readonly timesCalled: PerEmotion;
}

export interface Explanation {
  /** The emotion expected most, and the whole prediction. */
  readonly expected: Emotion;
  readonly predicted: PerEmotion;
  /** What listeners in general would say. */
  readonly population: PerEmotion;
  /** How often the child called this very song each emotion: "calm 5 of 6 times". */
  readonly timesCalled: PerEmotion;
  readonly presses: number;
  /** How much of the prediction comes from this child rather than from listeners in general, 0 to 1. */
  readonly personalShare: number;
  /** Nearest first, this song left out. */
  readonly similarSongs: readonly SimilarSong[];
}

/** As many as a person takes in at a glance. */
const MOST_SIMILAR_SONGS = 3;
/** Beyond this distance songs are not alike: one class more or less likely by about e, the others unmoved. */
const LARGEST_DISTANCE = 1;

function timesCalled(songs: HeardSongs, row: number | undefined): PerEmotion {
  if (row === undefined) return [0, 0, 0, 0];
  const at = row * CLASS_COUNT;
  return [songs.counts[at]!, songs.counts[at + 1]!, songs.counts[at + 2]!, songs.counts[at + 3]!];
}

function similarSongs(songs: HeardSongs, songId: string, embedding: Float64Array): SimilarSong[] {
  return songs.ids
    .map((id, row) => {
      let squares = 0;
      for (let j = 0; j < EMBEDDING_SIZE; j++) {
        squares += (songs.embeddings[row * songs.width + j]! - embedding[j]!) ** 2;
      }
      return { songId: id, distance: Math.sqrt(squares), timesCalled: timesCalled(songs, row) };
    })
    .filter((song) => song.songId !== songId && song.distance <= LARGEST_DISTANCE)
    .sort((a, b) => a.distance - b.distance || (a.songId < b.songId ? -1 : 1))
    .slice(0, MOST_SIMILAR_SONGS);
}

/** Position of the largest number; the first of equals. */
function largestAt(numbers: PerEmotion): number {
  return numbers.indexOf(Math.max(...numbers));
}

/** What the model knows of this song. O(songs heard). */
export function explain(model: ChildModel, song: SongOpinion): Explanation {
  const population = checkedPopulation(song.populationProbabilities, song.songId);
  const predicted = predict(model, song);
  const called = timesCalled(model.songs, model.songs.rowOf.get(song.songId));
  return {
    expected: EMOTIONS[largestAt(predicted)]!,
    predicted,
    population,
    timesCalled: called,
    presses: called.reduce((sum, count) => sum + count, 0),
    personalShare: 1 - expertWeights(model.gate)[0]!,
    similarSongs: similarSongs(model.songs, song.songId, embed(population)),
  };
}
