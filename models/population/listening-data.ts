/**
 * What any set of listeners looks like to training and study: songs with features, and who called which song what.
 * DEAM is one such set; whatever else has raters, songs and emotions becomes one too.
 */
import type { Emotion } from '../emotions.ts';

/** What a data set published of a song's ratings when it published them only averaged. On [-1, 1]. */
export interface AveragedRatings {
  readonly valence: number;
  readonly arousal: number;
  /** Standard deviations over raters; absent where unknown. */
  readonly valenceDeviation?: number;
  readonly arousalDeviation?: number;
}

export interface ListenedSong {
  readonly songId: string;
  /** In the order of `ListeningData.columns`, as computed: not standardised. */
  readonly features: readonly number[];
  readonly averaged?: AveragedRatings;
}

/** One rating of one song by one person. */
export interface Rating {
  readonly rater: string;
  readonly songId: string;
  readonly emotion: Emotion;
  /** On [-1, 1]; absent where the data set asked for the emotion itself. */
  readonly valence?: number;
  readonly arousal?: number;
}

export interface ListeningData {
  /** Short, for reports: "DEAM". */
  readonly name: string;
  readonly columns: readonly string[];
  readonly songs: readonly ListenedSong[];
  /** At most one of a rater and song; songs without features are left out. */
  readonly ratings: readonly Rating[];
  /** SHA-256 over the files read, hex. */
  readonly sha256: string;
}
