/**
 * What a file says about its song: title, artist, album, mood, and whether there is a cover. For showing to people at this
 * box only: tags never enter the journal, so they never leave it.
 */
import type { Emotion } from '../../models/emotions.ts';

/** Absent: the file does not say. */
export interface SongTags {
  readonly title?: string;
  readonly artist?: string;
  readonly album?: string;
  /** The emotion the MOOD tag names; moods that are none of the four are left out. */
  readonly mood?: Emotion;
  readonly hasCover: boolean;
}

export const NO_TAGS: SongTags = { hasCover: false };
