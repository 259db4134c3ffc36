/** The methods a study compares, each on the same few presses. */
import { beforeAll, describe, expect, test } from 'vitest';
import { createChildModel, predict } from '../../../models/child/child-model.ts';
import { learnAndTrain } from '../../../models/child/replay.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { createMethods, METHOD_NAMES, type MethodName } from '../../../models/study/methods.ts';
import {
  createKnowledgeSource,
  type PopulationKnowledge,
} from '../../../models/study/population-knowledge.ts';
import type { LabelledSong } from '../../../models/study/press-run.ts';
import { simulatedListeners } from './simulated-listeners.ts';

const data = simulatedListeners({ songs: 60, raters: 12, ratings: 40 });
const PERSON = 'rater-1';
let knowledge: PopulationKnowledge;
let presses: readonly LabelledSong[];
let unheard: string;

beforeAll(() => {
  knowledge = createKnowledgeSource(data, [], { learner: 'ridge', seed: 1, trees: 5 }).without([PERSON]);
  presses = data.ratings.filter(({ rater }) => rater === PERSON);
  unheard = data.songs.find(({ songId }) => !presses.some((press) => press.songId === songId))!.songId;
});

function taught(count: number, name: MethodName): { predict(songId: string): PerEmotion } {
  const method = createMethods([name], knowledge, 1).get(name)!;
  for (const press of presses.slice(0, count)) method.press(press);
  return method;
}

/** Methods that begin as something else: by their nature, or because the gate that makes them begin so is taken away. */
const BEGIN_OTHERWISE: readonly MethodName[] = ['majority', 'personalForest', 'oursNoGate'];

test.each(METHOD_NAMES.filter((name) => !BEGIN_OTHERWISE.includes(name)))(
  '%s begins as the population to the bit',
  (name) => {
    for (const { songId } of data.songs) {
      expect(taught(0, name).predict(songId)).toEqual(knowledge.opinions.get(songId));
    }
  },
);

test.each(METHOD_NAMES)('%s gives distributions without zeros, before presses and after', (name) => {
  for (const count of [0, 1, 3, 40]) {
    const said = taught(count, name).predict(unheard);
    expect(said.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(Math.min(...said)).toBeGreaterThan(0);
  }
});

test.each(METHOD_NAMES.filter((name) => name !== 'population'))('%s learns', (name) => {
  // What memory holds shows on a song that was pressed.
  const song = name === 'memoryOnly' ? presses[0]!.songId : unheard;
  expect(taught(40, name).predict(song)).not.toEqual(taught(0, name).predict(song));
});

test('the population does not', () => {
  expect(taught(40, 'population').predict(unheard)).toEqual(knowledge.opinions.get(unheard));
});

describe('ours', () => {
  test('is the box’s model, its forest among the experts', () => {
    const features = (songId: string) => knowledge.features.get(songId);
    let model = createChildModel(knowledge.prior);
    for (const { songId, emotion } of presses) {
      const populationProbabilities = knowledge.opinions.get(songId)!;
      const press = { songId, populationProbabilities, features: features(songId), emotion };
      model = learnAndTrain(model, press, features, trainForest);
    }
    const song = { songId: unheard, populationProbabilities: knowledge.opinions.get(unheard)! };
    const said = predict(model, { ...song, features: features(unheard) });
    expect(taught(40, 'ours').predict(unheard)).toEqual(said);
    expect(said).not.toEqual(predict(model, song));
  });

  test('says the same beside other methods as alone', () => {
    const together = createMethods(METHOD_NAMES, knowledge, 1);
    for (const press of presses) for (const method of together.values()) method.press(press);
    for (const name of METHOD_NAMES) {
      expect(together.get(name)!.predict(unheard), name).toEqual(taught(40, name).predict(unheard));
    }
  });

  test.each(['oursNoCovariance', 'oursNoGate', 'oursNoForest', 'oursBiasOnly', 'oursNoMemory'] as const)(
    'is not %s',
    (name) => {
      expect(taught(40, name).predict(unheard)).not.toEqual(taught(40, 'ours').predict(unheard));
    },
  );
});

describe('memory only', () => {
  test('carries nothing over to a song that was not pressed', () => {
    const said = taught(40, 'memoryOnly').predict(unheard);
    const population = knowledge.opinions.get(unheard)!;
    for (const [k, p] of said.entries()) expect(p).toBeCloseTo(population[k]!, 1);
  });
});

describe('majority', () => {
  test('says how often each emotion was pressed, the others’ shares counting as one press', () => {
    const method = createMethods(['majority'], knowledge, 1).get('majority')!;
    method.press({ songId: unheard, emotion: 'calm' });
    method.press({ songId: unheard, emotion: 'calm' });
    method.press({ songId: unheard, emotion: 'sad' });
    const [happy, angry, sad, calm] = knowledge.trainingShares;
    const said = method.predict('any song');
    for (const [k, count] of [happy, angry, sad + 1, calm + 2].entries()) {
      expect(said[k]).toBeCloseTo(count / 4, 12);
    }
  });
});

test('a song the population was never asked about is a bug, and named', () => {
  expect(() => taught(0, 'ours').predict('no such song')).toThrow('no such song');
});
