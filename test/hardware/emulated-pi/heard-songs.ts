/**
 * A data folder the emulated box begins with: four starter songs, one an emotion, composed and heard by this machine,
 * because hearing one under emulation takes a minute. The real `amecs library scan` hears them; then the folder is
 * made to say that they lie where the box will have them, or it would read them all again to see what they are.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { CHANNELS } from '../../../device/audio/audio-format.ts';
import { decodeFile } from '../../../device/audio/decode.ts';
import { stereoSong } from '../../../device/audio/stereo-song.ts';
import { composeStarterSongs } from '../../../device/music/starter/starter-songs.ts';

const TITLES = ['Morning Kite', 'Thunder Under the Hill', 'Rain on the Window', 'Moon Harbour'];

/** Where the emulated box has its data; see `box-on-pi.ts`. */
const MUSIC_ON_PI = '/root/data/music';

/** Makes the folder at `data` unless it is there; its songs lie in `music`. */
export async function heardSongs(data: string): Promise<string> {
  if (existsSync(data)) return data;
  const making = `${data}.new`;
  rmSync(making, { recursive: true, force: true });
  await composeStarterSongs({ directory: join(making, 'music'), titles: TITLES });
  // A song is known by its file's time, of which not every way of copying keeps the fractions of a second.
  const madeAt = Math.floor(Date.now() / 1000);
  for (const name of readdirSync(join(making, 'music')))
    utimesSync(join(making, 'music', name), madeAt, madeAt);
  const amecs = join('dist', 'provisioning', 'cli', 'amecs.js');
  execFileSync(process.execPath, [amecs, 'library', 'scan', join(making, 'music'), '--data', making], {
    stdio: 'pipe',
  });
  moveInMind(join(making, 'device', 'device.sqlite'), join(making, 'music'));
  renameSync(making, data);
  return data;
}

function moveInMind(database: string, from: string): void {
  const songs = new Database(database);
  songs
    .prepare(`UPDATE songs SET song = json_set(song, '$.path', replace(song ->> 'path', ?, ?))`)
    .run(from, MUSIC_ON_PI);
  songs.close();
}

export interface SongOnPi {
  readonly songId: string;
  /** Its left side as the project's own decoder gives it, at 44.1 kHz. */
  decode(): Promise<Float32Array>;
}

/** The songs of a folder made by `heardSongs`. */
export function songsOf(data: string): readonly SongOnPi[] {
  const database = new Database(join(data, 'device', 'device.sqlite'), { readonly: true });
  const rows = database.prepare(`SELECT song_id, song ->> 'path' FROM songs`).raw().all() as [
    string,
    string,
  ][];
  database.close();
  return rows.map(([songId, path]) => ({
    songId,
    decode: async () => leftSide(join(data, 'music', basename(path))),
  }));
}

async function leftSide(path: string): Promise<Float32Array> {
  const chunks: Float32Array[] = [];
  for await (const chunk of stereoSong(decodeFile(path), 0)) {
    chunks.push(chunk.filter((_, i) => i % CHANNELS === 0));
  }
  const song = new Float32Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    song.set(chunk, at);
    at += chunk.length;
  }
  return song;
}
