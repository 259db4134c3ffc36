/**
 * The seed's way: a random forest grown from scratch on one person's presses, knowing nothing of anybody else.
 * 100 trees of depth 15 as there, by our own grower: the library the box uses takes minutes for what a study needs.
 */
import { EMOTIONS, emotionIndex, type PerEmotion } from '../emotions.ts';
import type { PopulationFit } from '../population/learners/fits.ts';
import { createMatrix } from '../population/learners/matrix.ts';
import { type ForestSettings, learnForest } from '../population/learners/random-forest.ts';
import { createRandom } from '../population/learners/seeded-random.ts';
import { sharesToProbabilities } from '../population/population-model.ts';
import { predictTargets } from '../population/predict-targets.ts';
import type { Method } from './methods.ts';
import type { PopulationKnowledge } from './population-knowledge.ts';
import type { LabelledSong } from './press-run.ts';

/** As the seed's; a quarter of 20 features is near its root of them. */
const SETTINGS: ForestSettings = { trees: 100, minLeaf: 1, maxDepth: 15, featureShare: 0.22 };

/** Fewer rows make no forest; till then it says what the training songs' shares are. */
const FEWEST_PRESSES = 2;

/** Grown anew when asked after further presses. */
export function createPersonalForest(knowledge: PopulationKnowledge, seed: number): Method {
  const presses: LabelledSong[] = [];
  let fit: PopulationFit | undefined;

  function grow(): PopulationFit {
    const columns = knowledge.features.get(presses[0]!.songId)!.length;
    const z = createMatrix(presses.length, columns);
    const targets = createMatrix(presses.length, EMOTIONS.length);
    for (const [row, { songId, emotion }] of presses.entries()) {
      z.values.set(knowledge.features.get(songId)!, row * columns);
      targets.values[row * EMOTIONS.length + emotionIndex(emotion)] = 1;
    }
    const weights = new Float64Array(presses.length).fill(1);
    return learnForest({ z, targets, weights }, { random: createRandom(seed) }, SETTINGS).fit;
  }

  return {
    press(press) {
      presses.push(press);
      fit = undefined;
    },
    predict(songId) {
      if (presses.length < FEWEST_PRESSES) return knowledge.trainingShares;
      fit ??= grow();
      const values = knowledge.features.get(songId)!;
      const votes = predictTargets(fit, { rows: 1, columns: values.length, values });
      return sharesToProbabilities([...votes.values] as unknown as PerEmotion);
    },
  };
}
