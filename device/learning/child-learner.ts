/**
 * Keeps the child's model in step with the journal. The journal is the truth: a stored state is only a shortcut, and
 * a missing, damaged or outdated one is rebuilt from the presses, to the same bits.
 */
import {
  type ChildModel,
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  learn,
  predict,
} from '../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../models/child/child-state.ts';
import type { Prior } from '../../models/child/prior.ts';
import type { Emotion, PerEmotion } from '../../models/emotions.ts';
import type { PopulationModel } from '../../models/population/population-model.ts';
import { opinionBeforePresses } from '../../models/population/tagged-mood.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { Learner, LibrarySong } from '../core/ports.ts';

/** What the learner needs of the storage. */
export interface LearnerStore {
  loadModel(name: string): Promise<(JournalPosition & { readonly state: string }) | undefined>;
  saveModel(name: string, model: JournalPosition & { readonly state: string }): Promise<void>;
  selectionsAfter(
    position: JournalPosition,
  ): Promise<readonly (JournalPosition & { readonly songId: string; readonly emotion: Emotion })[]>;
}

export interface ChildLearner extends Learner {
  /** Why the stored state was not used at this start, if there was one. */
  readonly rebuiltBecause: string | undefined;
  /** Saves what is not saved yet. */
  close(): Promise<void>;
}

/** Name of the model's row in the store; a box has one child. */
const MODEL_NAME = 'child';

/** A state is saved once the presses pause: the journal holds them all, so nothing hangs on it. */
const SAVE_AFTER_MS = 2000;

/** Presses replayed between two turns of the event loop; some 10 ms on a Pi. */
const REPLAY_SLICE = 5;

/** Before anything is known of a song: no opinion. */
const NO_OPINION: PerEmotion = [0.25, 0.25, 0.25, 0.25];

/** Loads or rebuilds the model. `songs`: every song ever heard, playable now or not. */
export async function createChildLearner(options: {
  readonly population: PopulationModel;
  readonly prior: Prior;
  readonly store: LearnerStore;
  readonly songs: readonly LibrarySong[];
  readonly onFault: (reason: string) => void;
}): Promise<ChildLearner> {
  const { population, prior, store, onFault } = options;
  const opinions = new Map<string, PerEmotion>();
  const songById = new Map(options.songs.map((song) => [song.songId, song]));

  function opinionOf(song: LibrarySong): PerEmotion {
    let opinion = opinions.get(song.songId);
    if (opinion === undefined) {
      const isReadable = song.featureVersion === population.featureVersion;
      opinion = isReadable ? opinionBeforePresses(population, song) : NO_OPINION;
      opinions.set(song.songId, opinion);
    }
    return opinion;
  }

  const stored = await store.loadModel(MODEL_NAME);
  const restored = restore(stored?.state, prior, population.id);
  let model = restored.model;
  let learntThrough: JournalPosition =
    stored !== undefined && restored.rebuiltBecause === undefined
      ? { epoch: stored.epoch, seq: stored.seq }
      : { epoch: 0, seq: 0 };
  let savedThrough = learntThrough;

  const selections = await store.selectionsAfter(learntThrough);
  for (const [index, { songId, emotion, epoch, seq }] of selections.entries()) {
    const song = songById.get(songId);
    if (song !== undefined) {
      model = learn(model, { songId, emotion, populationProbabilities: opinionOf(song) });
    }
    learntThrough = { epoch, seq };
    if (index % REPLAY_SLICE === REPLAY_SLICE - 1) await nextTurn();
  }

  let saveTimer: NodeJS.Timeout | undefined;

  async function save(): Promise<void> {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    if (savedThrough === learntThrough) return;
    const through = learntThrough;
    try {
      const state = JSON.stringify(serialiseChildModel(model, population.id));
      await store.saveModel(MODEL_NAME, { ...through, state });
      savedThrough = through;
    } catch (error) {
      onFault(
        `The child's model could not be saved; it will be rebuilt from the journal. ${(error as Error).message}`,
      );
    }
  }

  return {
    rebuiltBecause: stored === undefined ? undefined : restored.rebuiltBecause,
    predict: (songs) =>
      songs.map((song) => predict(model, { songId: song.songId, populationProbabilities: opinionOf(song) })),
    learn({ song, emotion, learntFrom }) {
      model = learn(model, { songId: song.songId, emotion, populationProbabilities: opinionOf(song) });
      learntThrough = learntFrom;
      saveTimer ??= setTimeout(() => void save(), SAVE_AFTER_MS).unref();
    },
    pressCount: () => model.gate.presses,
    close: save,
  };
}

function restore(
  state: string | undefined,
  prior: Prior,
  populationId: string,
): { model: ChildModel; rebuiltBecause: string | undefined } {
  const fresh = createChildModel(prior, DEFAULT_CHILD_MODEL_SETTINGS);
  if (state === undefined) return { model: fresh, rebuiltBecause: 'there was none' };
  let unknown: unknown;
  try {
    unknown = JSON.parse(state);
  } catch {
    return { model: fresh, rebuiltBecause: 'its state is not JSON' };
  }
  const parsed = parseChildModel(unknown, prior, DEFAULT_CHILD_MODEL_SETTINGS, populationId);
  return parsed.kind === 'parsed'
    ? { model: parsed.model, rebuiltBecause: undefined }
    : { model: fresh, rebuiltBecause: `${parsed.reason}: ${parsed.detail}` };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
