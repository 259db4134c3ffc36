/** A folder in DEAM's published layout, with whatever rows a test needs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DeamRows {
  /** Of `song_id, valence_mean, valence_std, arousal_mean, arousal_std`, and the same for songs 2001 on. */
  readonly averaged: string;
  readonly averagedLater: string;
  /** Of `workerID, SongId, Valence, Arousal`. */
  readonly ratings: string;
  /** By file name; with their headers. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Writes the files; those of an earlier call are replaced. */
export function writeDeamFolder(folder: string, rows: DeamRows): void {
  const averaged = join(folder, 'annotations', 'annotations averaged per song', 'song_level');
  const perRater = join(folder, 'annotations', 'annotations per each rater', 'song_level');
  const tables = join(folder, 'features_librosa');
  for (const path of [averaged, perRater, tables]) mkdirSync(path, { recursive: true });
  writeFileSync(
    join(averaged, 'static_annotations_averaged_songs_1_2000.csv'),
    `song_id, valence_mean, valence_std, arousal_mean, arousal_std\r\n${rows.averaged}`,
  );
  // The later songs have more columns, one of them with a space in its name.
  writeFileSync(
    join(averaged, 'static_annotations_averaged_songs_2000_2058.csv'),
    `song_id, valence_mean, valence_std, valence_ max_mean, arousal_mean, arousal_std\n${rows.averagedLater}`,
  );
  writeFileSync(
    join(perRater, 'static_annotations_songs_1_2000.csv'),
    `workerID, SongId, Valence, Arousal\n${rows.ratings}`,
  );
  for (const [name, text] of Object.entries(rows.tables)) writeFileSync(join(tables, name), text);
}
