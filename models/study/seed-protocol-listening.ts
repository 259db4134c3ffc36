/** What the seed's protocol runs on: DEAM with the 1,040 openSMILE features the seed used, where a researcher has them. */
import { readDeam } from '../population/deam.ts';
import type { ListeningData } from '../population/listening-data.ts';
import { findOpenSmileFolder, readOpenSmileFeatures } from './opensmile-features.ts';

/** `folder`: DEAM's own. Else all columns of its librosa table. @throws TableFaultsError */
export function readSeedListening(folder: string, onProgress?: (share: number) => void): ListeningData {
  const openSmile = findOpenSmileFolder(folder);
  if (openSmile === undefined) return readDeam(folder);
  return readDeam(folder, undefined, { heard: readOpenSmileFeatures(openSmile, onProgress) });
}
