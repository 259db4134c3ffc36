/** Listener data small enough to study in a moment: songs on the plane, features that follow them, simulated raters. */
import { featureNames } from '../../../models/features/hear-song.ts';
import { drawnNormal } from '../../../models/population/learners/seeded-random.ts';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { randomAt, shuffled } from '../../../models/study/named-random.ts';
import {
  CALIBRATED_TRAITS,
  type ChildTraits,
  createSimulatedChild,
} from '../../../models/study/simulated-child.ts';

export interface SimulatedListeners {
  readonly songs: number;
  readonly raters: number;
  /** Of each rater, songs drawn at random. */
  readonly ratings: number;
  readonly traits?: ChildTraits;
  readonly columns?: readonly string[];
  readonly seed?: number;
}

/** Spread of DEAM's averages on [-1, 1]. */
const SPREAD = 0.3;

export function simulatedListeners({
  songs: count,
  raters,
  ratings,
  traits = CALIBRATED_TRAITS,
  columns = featureNames.slice(0, 4),
  seed = 1,
}: SimulatedListeners): ListeningData {
  const random = randomAt(seed, 'listeners');
  const songs = Array.from({ length: count }, (_, at) => {
    const [valence, arousal] = [SPREAD * drawnNormal(random), SPREAD * drawnNormal(random)];
    const signals = [valence, arousal, valence + arousal, valence - arousal];
    const features = columns.map((_name, j) => signals[j % 4]! + 0.1 * drawnNormal(random));
    return { songId: String(at + 1), features, averaged: { valence, arousal } };
  });
  return {
    name: 'simulated listeners',
    columns,
    songs,
    ratings: Array.from({ length: raters }, (_, at) => {
      const own = randomAt(seed, 'rater', at);
      const child = createSimulatedChild(traits, own);
      return shuffled(songs, own)
        .slice(0, ratings)
        .map(({ songId, averaged }) => ({
          rater: `rater-${at + 1}`,
          songId,
          emotion: child.press({ songId, ...averaged }),
        }));
    }).flat(),
    sha256: `${count}-${raters}-${ratings}-${seed}`,
  };
}
