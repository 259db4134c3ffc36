/** A small data set whose answer is known: songs in four corners of two features, listeners who mostly agree. */
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import { featureNames } from '../../models/features/hear-song.ts';
import { createRandom } from '../../models/population/learners/seeded-random.ts';
import type { ListeningData, Rating } from '../../models/population/listening-data.ts';

/** Valence and arousal of a corner. */
const CORNERS: Readonly<Record<Emotion, readonly [number, number]>> = {
  happy: [0.6, 0.6],
  angry: [-0.6, 0.6],
  sad: [-0.6, -0.6],
  calm: [0.6, -0.6],
};

export interface MadeUpListeners {
  readonly songs: number;
  readonly raters: number;
  readonly seed?: number;
}

/**
 * With the columns the box hears: the first follows valence, the second arousal, the others are noise. Each rater
 * hears every song, and says another emotion than its corner's for one in five.
 */
export function madeUpListeners({ songs: count, raters, seed = 1 }: MadeUpListeners): ListeningData {
  const random = createRandom(seed);
  const songs = Array.from({ length: count }, (_, i) => {
    const emotion = EMOTIONS[i % 4]!;
    const [valence, arousal] = CORNERS[emotion];
    const features = featureNames.map((_name, column) => {
      const signal = column === 0 ? valence : column === 1 ? arousal : 0;
      return 10 * (column + signal) + 2 * (random() - 0.5);
    });
    return { songId: String(i + 1), features, averaged: { valence, arousal }, emotion };
  });
  const ratings = Array.from({ length: raters }, (_, rater) =>
    songs.map(({ songId, emotion }): Rating => {
      const said = random() < 0.8 ? emotion : EMOTIONS[Math.floor(random() * 4)]!;
      return { rater: `rater-${rater}`, songId, emotion: said };
    }),
  ).flat();
  return {
    name: 'made-up listeners',
    columns: featureNames,
    songs: songs.map(({ emotion: _, ...song }) => song),
    ratings,
    sha256: 'ab'.repeat(32),
  };
}
