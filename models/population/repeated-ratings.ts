/** People who rated a song twice: the first rating counts, the others tell how well people agree with themselves. */
import type { ListeningData, Rating } from './listening-data.ts';

/** Listening data with what was set aside. */
export interface RatedListening extends ListeningData {
  /** Second and later ratings of a song by the same person, in the order of the file; not among `ratings`. */
  readonly repeats: readonly Rating[];
}

/** The first rating of each rater and song, and the later ones, each in the order given. */
export function separateRepeats(all: readonly Rating[]): Pick<RatedListening, 'ratings' | 'repeats'> {
  const seen = new Set<string>();
  const ratings: Rating[] = [];
  const repeats: Rating[] = [];
  for (const rating of all) {
    const key = JSON.stringify([rating.rater, rating.songId]);
    (seen.has(key) ? repeats : ratings).push(rating);
    seen.add(key);
  }
  return { ratings, repeats };
}
