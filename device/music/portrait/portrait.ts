/** Everything a song's picture shows, gathered by the caller; drawn as SVG and for the terminal from the same. */
import type { PerEmotion } from '../../../models/emotions.ts';
import type { Cover } from '../read-tags.ts';
import type { SongOverview } from './overview.ts';

/** Where opinions put a song: each -1 to 1. */
export interface PlanePlace {
  /** Share of pleasant (happy, calm) less share of unpleasant. */
  readonly valence: number;
  /** Share of lively (happy, angry) less share of quiet. */
  readonly arousal: number;
}

export interface SongPortrait {
  readonly title: string;
  readonly artist?: string;
  readonly album?: string;
  readonly cover?: Cover;
  readonly overview: SongOverview;
  /** Such as `3:24`, `−14.2 LUFS`: what is worth a word, most worth first. */
  readonly facts: readonly string[];
  /** The stretch the features describe. */
  readonly window: { readonly startMs: number; readonly endMs: number };
  /** Absent while the song is to be heard again by newer ears. */
  readonly opinions?: { readonly population: PerEmotion; readonly child: PerEmotion };
  /** Presses the child's model has learnt from. */
  readonly presses: number;
  /** What is expected of the other songs before any press of the library. */
  readonly others: readonly PerEmotion[];
}

/** Opinions that differ by less in every share are one opinion for the eye. */
const SAME_OPINION = 0.02;

/** The plane reaches at least this far from its middle, so that songs all alike do not seem far apart. */
const SMALLEST_REACH = 0.4;
/** A little room around the outermost song. */
const REACH_ROOM = 1.12;

/** What the edges of a plane with these places stand for, at most 1. */
export function reachOf(places: readonly PlanePlace[]): number {
  const distances = places.flatMap(({ valence, arousal }) => [Math.abs(valence), Math.abs(arousal)]);
  return Math.min(1, Math.max(SMALLEST_REACH, ...distances) * REACH_ROOM);
}

export function placeOf([happy, angry, sad, calm]: PerEmotion): PlanePlace {
  return { valence: happy + calm - angry - sad, arousal: happy + angry - sad - calm };
}

/** Whether the child hears the song in another way than most people. */
export function isOwnOpinion({ population, child }: NonNullable<SongPortrait['opinions']>): boolean {
  return population.some((share, at) => Math.abs(share - child[at]!) >= SAME_OPINION);
}
