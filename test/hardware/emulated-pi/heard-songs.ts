/**
 * A data folder the emulated box begins with: four starter songs, one an emotion, composed and heard by this machine,
 * because hearing one under emulation takes a minute. The real `amecs library scan` hears them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { composeStarterSongs } from '../../../device/music/starter/starter-songs.ts';

const TITLES = ['Morning Kite', 'Thunder Under the Hill', 'Rain on the Window', 'Moon Harbour'];

/** Makes the folder at `data` unless it is there; its songs lie in `music`. */
export async function heardSongs(data: string): Promise<string> {
  if (existsSync(data)) return data;
  const making = `${data}.new`;
  rmSync(making, { recursive: true, force: true });
  await composeStarterSongs({ directory: join(making, 'music'), titles: TITLES });
  const amecs = join('dist', 'provisioning', 'cli', 'amecs.js');
  execFileSync(process.execPath, [amecs, 'library', 'scan', join(making, 'music'), '--data', making], {
    stdio: 'pipe',
  });
  renameSync(making, data);
  return data;
}
