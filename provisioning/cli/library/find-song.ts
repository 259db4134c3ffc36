/** Which song somebody means: by path, by the beginning of its id, or by its title or a part of it. */
import { resolve } from 'node:path';

/** What there is to go by. */
export interface Nameable {
  readonly songId: string;
  readonly path: string;
  readonly title: string;
}

export type SongSearch<Song> =
  | { readonly kind: 'found'; readonly song: Song }
  | { readonly kind: 'several'; readonly songs: readonly Song[] }
  | { readonly kind: 'none' };

/** Fewer digits of an id could as well be a word, such as "add" or "bee". */
const SHORTEST_ID = 6;

/** The song `words` mean. The more exact way wins: a whole title before a beginning, a beginning before a part. */
export function findSong<Song extends Nameable>(songs: readonly Song[], words: string): SongSearch<Song> {
  const path = resolve(words);
  const plain = plainLetters(words);
  const isId = words.length >= SHORTEST_ID && /^[0-9a-f]+$/.test(words);
  const ways: readonly ((song: Song) => boolean)[] = [
    (song) => song.path === path,
    (song) => isId && song.songId.startsWith(words),
    (song) => plainLetters(song.title) === plain,
    (song) => plainLetters(song.title).startsWith(plain),
    (song) => plainLetters(song.title).includes(plain),
  ];
  for (const isMeant of ways) {
    const found = songs.filter(isMeant);
    if (found.length === 1) return { kind: 'found', song: found[0]! };
    if (found.length > 1) return { kind: 'several', songs: found };
  }
  return { kind: 'none' };
}

/** Without accents and case, so that "korason" finds "Korasón". */
function plainLetters(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
