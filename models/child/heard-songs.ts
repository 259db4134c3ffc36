/**
 * The songs a child has pressed for: each one's embedding and how often it was called each emotion.
 * Presses enter the likelihood only through these counts, so its size is songs, not presses. Immutable.
 */
import { CLASS_COUNT, EMBEDDING_SIZE } from './embedding.ts';

export interface HeardSongs {
  /** In the order of their first press; row s of the arrays below is song `ids[s]`. */
  readonly ids: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  /** Numbers in each song's φ: 5, and the timbre's where the prior has one. */
  readonly width: number;
  /** [songs, width] φ of each song. */
  readonly embeddings: Float64Array;
  /** [songs, 4] how often each emotion was pressed; less where presses fade, see forgetting.ts. */
  readonly counts: Float64Array;
}

/** None yet. */
export function noSongs(width = EMBEDDING_SIZE): HeardSongs {
  return heardSongs([], new Float64Array(0), new Float64Array(0), width);
}

/** Songs from their rows, in order. */
export function heardSongs(
  ids: readonly string[],
  embeddings: Float64Array,
  counts: Float64Array,
  width = EMBEDDING_SIZE,
): HeardSongs {
  return { ids, rowOf: new Map(ids.map((id, row) => [id, row])), width, embeddings, counts };
}

function grown(array: Float64Array, by: number): Float64Array {
  const longer = new Float64Array(array.length + by);
  longer.set(array);
  return longer;
}

/**
 * The songs after one more press, `remaining` of every earlier press left; `embedding` is of the songs' width. A song's
 * embedding is that of its latest press: it differs from earlier ones only when the song was heard anew, and then the
 * new one is what predictions will use. O(songs) copying, microseconds.
 */
export function withPress(
  songs: HeardSongs,
  songId: string,
  embedding: Float64Array,
  emotion: number,
  remaining = 1,
): HeardSongs {
  const known = songs.rowOf.get(songId);
  const row = known ?? songs.ids.length;
  const isNew = known === undefined;
  const embeddings = isNew ? grown(songs.embeddings, songs.width) : songs.embeddings.slice();
  const counts = isNew ? grown(songs.counts, CLASS_COUNT) : songs.counts.slice();
  embeddings.set(embedding, row * songs.width);
  if (remaining !== 1) for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! * remaining;
  const at = row * CLASS_COUNT + emotion;
  counts[at] = counts[at]! + 1;
  if (isNew) return heardSongs([...songs.ids, songId], embeddings, counts, songs.width);
  return { ...songs, embeddings, counts };
}
