/** Writes listener data as anybody would: a table of ratings and one of features. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListeningData } from '../../../models/population/listening-data.ts';

export function listenerFiles(
  folder: string,
  { columns, songs, ratings }: ListeningData,
): { readonly ratings: string; readonly features: string } {
  const paths = { ratings: join(folder, 'ratings.csv'), features: join(folder, 'features.csv') };
  const rated = ratings.map(({ rater, songId, emotion }) => `${rater},${songId},${emotion}`);
  writeFileSync(paths.ratings, `rater,song,emotion\n${rated.join('\n')}\n`);
  const heard = songs.map(({ songId, features }) => [songId, ...features].join(','));
  writeFileSync(paths.features, `song,${columns.join(',')}\n${heard.join('\n')}\n`);
  return paths;
}
