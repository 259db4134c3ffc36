/** `amecs library forget`: the box forgets what it heard of a song, or that a file could not be played. Deletes no file. */
import { resolve } from 'node:path';
import type { StoredSong } from '../../../device/music/library-store.ts';
import type { Storage } from '../../../device/storage/storage.ts';
import type { Terminal } from '../command.ts';

export async function forgetSong(storage: Storage, song: StoredSong, terminal: Terminal): Promise<number> {
  await storage.forgetSong(song.songId);
  terminal.out(`Forgot what was heard of “${song.title}”.`);
  terminal.out(`Its file stays (${song.path}), and so does every press. The next scan hears it again.`);
  return 0;
}

/** Whether `words` named a file that was refused; it is tried again at the next scan then. */
export async function forgetRefusal(storage: Storage, words: string, terminal: Terminal): Promise<boolean> {
  const path = resolve(words);
  const refusals = await storage.refusals();
  if (!refusals.some((refusal) => refusal.path === path)) return false;
  await storage.forgetRefusal(path);
  terminal.out(`Forgot that ${path} could not be played. The next scan tries it again.`);
  return true;
}
