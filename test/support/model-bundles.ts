/** Population models small enough to train in a test, as the one file a box receives. */
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import type { ListeningData } from '../../models/population/listening-data.ts';
import { encodeModelBundle, type ModelBundle } from '../../models/population/model-bundle.ts';
import { modelFiles } from '../../models/population/model-files.ts';
import { type TrainedModel, trainPopulation } from '../../models/population/train-population.ts';
import { type MadeUpListeners, madeUpListeners } from './made-up-listeners.ts';

const TERMS = { licence: 'none', listeners: 'None: they are made up.' };

/** What the listeners of the other world hear: the opposite corner. */
const OPPOSITE: Readonly<Record<Emotion, Emotion>> = {
  happy: 'sad',
  sad: 'happy',
  angry: 'calm',
  calm: 'angry',
};

export function trainSmallModel(listeners: MadeUpListeners = { songs: 40, raters: 4 }): TrainedModel {
  return trainPopulation(madeUpListeners(listeners), { learner: 'ridge', seed: 1, terms: TERMS });
}

/** The same, of listeners who hear the opposite in everything: a model that knows every child badly. */
export function trainInvertedModel(listeners: MadeUpListeners = { songs: 40, raters: 4 }): TrainedModel {
  return trainPopulation(inverted(madeUpListeners(listeners)), { learner: 'ridge', seed: 1, terms: TERMS });
}

export function bundlePartsOf(model: TrainedModel): ModelBundle {
  const [population, prior, card] = modelFiles(model, 'a test').map(({ content }) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  );
  return { population: population!, prior: prior!, card: card! };
}

export function bundleOf(model: TrainedModel): Uint8Array {
  return encodeModelBundle(bundlePartsOf(model));
}

/** `count` songs of the made-up listeners' world, as a box has heard them, each with the emotion of its corner. */
export function songsOfThatWorld(count: number) {
  return madeUpListeners({ songs: count, raters: 1 }).songs.map(({ features }, i) => ({
    songId: (i + 1).toString(16).padStart(32, '0'),
    featureVersion: 'deam-librosa-20/1',
    features,
    emotion: EMOTIONS[i % EMOTIONS.length]!,
  }));
}

function inverted({ songs, ratings, ...data }: ListeningData): ListeningData {
  return {
    ...data,
    songs: songs.map(({ averaged, ...song }) => ({
      ...song,
      ...(averaged && { averaged: { valence: -averaged.valence, arousal: -averaged.arousal } }),
    })),
    ratings: ratings.map((rating) => ({ ...rating, emotion: OPPOSITE[rating.emotion] })),
  };
}
