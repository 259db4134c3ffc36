/** The box's own music folder: what `amecs library add` fills, and what is played when no other folder is set. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export function ownMusicFolder(data: string): string {
  return join(data, 'music');
}

/** The folder, once something was added to it. */
export function ownMusicIfAny(data: string): string | undefined {
  const folder = ownMusicFolder(data);
  try {
    return readdirSync(folder).length > 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}
