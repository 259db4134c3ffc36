/**
 * A box that has been in use: the songs it can play, and 24 presses on others that are no longer there, so that the next
 * song pressed is the 25th and a forest falls due by itself.
 */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { FIRST_MILESTONE } from '../../../models/child/forest-expert.ts';
import { featureNames, featureVersion } from '../../../models/features/hear-song.ts';
import { withStorage } from '../../../provisioning/cli/library/box-library.ts';
import { pressesOfChild, storedSong } from '../../provisioning/cli/model/child-record.ts';

const SONGS = FIRST_MILESTONE - 1;

/** Makes the data folder at `data` from the one at `fresh`, unless it is there. */
export async function livedIn(data: string, fresh: string): Promise<string> {
  if (existsSync(data)) return data;
  const making = `${data}.new`;
  rmSync(making, { recursive: true, force: true });
  cpSync(fresh, making, { recursive: true });
  await withStorage(making, async (storage) => {
    for (let n = 0; n < SONGS; n += 1) {
      const features = featureNames.map((_, index) => Math.sin(n + index));
      await storage.saveSong({ ...storedSong(n), featureVersion, features });
    }
    for (const [at, [song, emotion]] of pressesOfChild(SONGS, SONGS).entries()) {
      const predicted: [number, number, number, number] = [0.25, 0.25, 0.25, 0.25];
      const { songId } = storedSong(song);
      const press = { pressId: at + 1, button: emotion, emotion, songId, positionMs: 1, predicted };
      await storage.append({ kind: 'selected', ...press }, at);
    }
  });
  renameSync(making, data);
  return data;
}
