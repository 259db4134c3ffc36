/** What the library's side and an extraction process say to each other. */
import type { HeardSong } from '../../models/features/hear-song.ts';
import type { SongId } from '../core/ports.ts';
import type { SongTags } from './song-tags.ts';

export interface ExtractionJob {
  /** identify: the hash of its sound; readTags: what the file says of itself; hear: decode it and listen. */
  readonly task: 'identify' | 'readTags' | 'hear';
  readonly path: string;
}

export interface FileRefusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly hint: string;
  /** False for trouble that may be over next time, such as a stick that was pulled out. */
  readonly isLasting: boolean;
}

export type ExtractionAnswer =
  | { readonly kind: 'progress' }
  | { readonly kind: 'identified'; readonly songId: SongId }
  | { readonly kind: 'tagged'; readonly tags: SongTags }
  | { readonly kind: 'heard'; readonly song: HeardSong }
  | FileRefusal;
