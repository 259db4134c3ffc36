/** From a card's image to the box's folder on it: what the next start does to the file system, and the files then. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The repair found everything as it should be, or left it so (e2fsck(8), exit codes). */
const [SOUND, MENDED] = [0, 1];

/**
 * Plays the file system's journal back and repairs what is left, as Raspberry Pi OS does before it mounts
 * (`fsck.repair=yes`), then copies the image's folder `device` into `to`, anew. Rejects where the image cannot be repaired.
 */
export async function takeBoxFolder(image: string, to: string): Promise<void> {
  const { code, said } = await run('e2fsck', ['-fy', image]);
  if (code !== SOUND && code !== MENDED) throw new Error(`e2fsck ${image}: status ${code}: ${said}`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const dump = await run('debugfs', ['-R', `rdump /device ${to}`, image]);
  if (dump.code !== 0) throw new Error(`debugfs ${image}: status ${dump.code}: ${dump.said}`);
}

/** Where `takeBoxFolder` puts the box's own folder. */
export const boxFolderIn = (to: string): string => join(to, 'device');

function run(program: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, out, errors) => {
      if (error !== null && typeof error.code !== 'number') return reject(error);
      resolve({ code: child.exitCode ?? -1, said: `${out}${errors}`.trim() });
    });
  });
}
