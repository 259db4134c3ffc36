/**
 * A child's presses gone through once more, from the first: the model they make, and what was foretold of each before
 * it came. In slices, so that the progress line and Ctrl-C work in between.
 */
import type { JournalPosition } from '../../../device/core/kiosk-state.ts';
import type { SongOpinions } from '../../../device/learning/song-opinions.ts';
import {
  type ChildModel,
  createChildModel,
  type EmotionPress,
  predict,
  type SongOpinion,
} from '../../../models/child/child-model.ts';
import type { ForestTrainer } from '../../../models/child/forest-rows.ts';
import type { Prior } from '../../../models/child/prior.ts';
import { learnAndTrain } from '../../../models/child/replay.ts';
import { emotionIndex, type PerEmotion } from '../../../models/emotions.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { NO_TESTS, type Score, withTest } from '../../../models/study/scores.ts';
import type { Terminal } from '../command.ts';
import { bar } from '../terminal.ts';
import type { BoxRecord } from './box-record.ts';

/** What was said of a press before it came. */
export interface Foretelling {
  /** Position in `EMOTIONS` of what was then pressed. */
  readonly pressed: number;
  readonly population: PerEmotion;
  readonly child: PerEmotion;
}

/** How well presses were foretold. */
export interface Foretold {
  readonly population: Score;
  readonly child: Score;
}

/** A press with its place in the journal. */
export interface LearntPress extends EmotionPress {
  readonly at: JournalPosition;
}

export interface ChildHistory {
  readonly model: ChildModel;
  /** One a press learnt from, oldest first. */
  readonly foretellings: readonly Foretelling[];
}

/** Presses between two turns of the event loop: tens of milliseconds on a Pi. */
const SLICE = 10;

/** What the model learns from: presses on songs that are still known. `opinions` must have been asked about all songs. */
export function pressesOf(
  { songs, selections }: Pick<BoxRecord, 'songs' | 'selections'>,
  opinions: SongOpinions,
): readonly LearntPress[] {
  const songById = new Map(songs.map((song) => [song.songId, song]));
  return selections.flatMap(({ songId, emotion, epoch, seq }) => {
    const song = songById.get(songId);
    return song === undefined ? [] : [{ ...songOpinion(song, opinions), emotion, at: { epoch, seq } }];
  });
}

/** A song as the model sees it. */
export function songOpinion(song: BoxRecord['songs'][number], opinions: SongOpinions): SongOpinion {
  return {
    songId: song.songId,
    populationProbabilities: opinions.beforePresses(song),
    features: opinions.featuresOf(song),
  };
}

/**
 * Learns these presses one by one, training forests on the way, `onPress` told of each model; undefined when it was
 * interrupted. About 1 ms a press, and up to 2 s for the forest of 500 songs.
 */
export async function goThrough(
  presses: readonly LearntPress[],
  prior: Prior,
  terminal: Pick<Terminal, 'progress' | 'signal'>,
  onPress: (press: LearntPress, model: ChildModel) => void = () => {},
): Promise<ChildHistory | undefined> {
  const featuresById = new Map(presses.map(({ songId, features }) => [songId, features]));
  const featuresOf = (songId: string): ArrayLike<number> | undefined => featuresById.get(songId);
  const foretellings: Foretelling[] = [];
  let model = createChildModel(prior);
  for (const [index, press] of presses.entries()) {
    foretellings.push({
      pressed: emotionIndex(press.emotion),
      population: press.populationProbabilities,
      child: predict(model, press),
    });
    model = learnAndTrain(model, press, featuresOf, trainIfAny);
    onPress(press, model);
    if (index % SLICE !== SLICE - 1) continue;
    terminal.progress(`${bar(index + 1, presses.length)} ${index + 1}/${presses.length} presses`);
    await new Promise((resolve) => setImmediate(resolve));
    if (terminal.signal.aborted) return undefined;
  }
  return { model, foretellings };
}

/** As the box does: songs without features make no forest. */
export const trainIfAny: ForestTrainer = (rows, seed) =>
  rows.songs === 0 ? undefined : trainForest(rows, seed);

/** Both scores over these presses. */
export function scoreOf(foretellings: readonly Foretelling[]): Foretold {
  let population = NO_TESTS;
  let child = NO_TESTS;
  for (const foretelling of foretellings) {
    population = withTest(population, foretelling.population, foretelling.pressed);
    child = withTest(child, foretelling.child, foretelling.pressed);
  }
  return { population, child };
}
