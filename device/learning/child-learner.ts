/**
 * Keeps the child's model in step with the journal. The journal is the truth: a stored state is only a shortcut, and
 * a missing, damaged or outdated one is rebuilt from the presses, to the same bits. Nothing waits for a long rebuild:
 * the box plays, and presses are learnt in their turn (press-queue.ts).
 *
 * Same presses, same model: that holds whatever the worker's speed. It has one exception, told as a fault: a forest
 * that could not be trained although it was tried twice. Then the expert goes on with the forest before (or none) to
 * the next milestone, and `describeBeliefs` shows it; the model rebuilt from the journal has the forest again.
 */
import {
  type ChildModel,
  type ChildModelSettings,
  createChildModel,
  DEFAULT_CHILD_MODEL_SETTINGS,
  predict,
  type SongOpinion,
} from '../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../models/child/child-state.ts';
import type { Prior } from '../../models/child/prior.ts';
import type { Emotion } from '../../models/emotions.ts';
import type { JournalPosition } from '../core/kiosk-state.ts';
import type { Learner, LibrarySong } from '../core/ports.ts';
import { createForestThread, type ForestTraining } from './forest-thread.ts';
import { createPressQueue, type PressQueue } from './press-queue.ts';
import type { SongOpinions } from './song-opinions.ts';

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
  /** The model of what is learnt so far. */
  model(): ChildModel;
  /** Resolves when every press so far is learnt, and no forest is being waited for. */
  caughtUp(): Promise<void>;
  /**
   * Begins at the population again. `erase` takes the child's presses out of the store; nothing is saved meanwhile, and
   * what is learnt meanwhile is forgotten with the rest.
   */
  forgetChild(erase: () => Promise<void>): Promise<void>;
  /** Saves what is not saved yet; what is not learnt yet is learnt at the next start. */
  close(): Promise<void>;
}

/** Name of the model's row in the store; a box has one child. */
export const MODEL_NAME = 'child';

/**
 * What each press may cost the card for the sake of states, bytes of JSON: a state of 100 KB is saved every 50 presses.
 * The journal holds the presses, so nothing hangs on it but the start after a power cut, which learns those of them
 * again that the state lacks: 5 ms each on a desktop, beside the loop.
 */
const STATE_BYTES_A_PRESS = 2048;

/** However small the state. */
const SAVE_EVERY_PRESSES = 8;

/** Once the presses pause. */
const SAVE_AFTER_MS = 2000;

const NOTHING_LEARNT: JournalPosition = { epoch: 0, seq: 0 };

/**
 * Loads the model, or begins to rebuild it: until `caughtUp` it knows less than the journal. `songs`: every song ever
 * heard, playable now or not. `opinions` must have been asked about a song before it is given to `predict` or `learn`;
 * about pressed songs they are asked here.
 */
export async function createChildLearner(options: {
  readonly opinions: SongOpinions;
  readonly prior: Prior;
  readonly store: LearnerStore;
  readonly songs: readonly LibrarySong[];
  readonly onFault: (reason: string) => void;
  readonly settings?: ChildModelSettings;
  readonly forests?: ForestTraining;
}): Promise<ChildLearner> {
  const { opinions, prior, store, onFault, settings = DEFAULT_CHILD_MODEL_SETTINGS } = options;
  const { populationId } = opinions;
  const forests = options.forests ?? createForestThread(onFault);
  const songById = new Map(options.songs.map((song) => [song.songId, song]));

  const stored = await store.loadModel(MODEL_NAME);
  const restored = restore(stored?.state, prior, settings, populationId);
  const isRestored = stored !== undefined && restored.rebuiltBecause === undefined;
  const learntThrough = isRestored ? { epoch: stored.epoch, seq: stored.seq } : NOTHING_LEARNT;
  const queueFrom = (model: ChildModel, through: JournalPosition): PressQueue =>
    createPressQueue({
      model,
      learntThrough: through,
      forests,
      featuresOf: (songId) => {
        const song = songById.get(songId);
        return song && opinions.featuresOf(song);
      },
    });
  let queue = queueFrom(restored.model, learntThrough);
  let saved = queue.model();

  const selections = await store.selectionsAfter(learntThrough);
  const presses = selections.flatMap(({ songId, emotion, epoch, seq }) => {
    const song = songById.get(songId);
    return song === undefined ? [] : [{ song, emotion, learntFrom: { epoch, seq } }];
  });
  await opinions.ask([...new Set(presses.map(({ song }) => song))]);
  queue.add(
    presses.map(({ song, emotion, learntFrom }) => ({ press: { ...opinionOf(song), emotion }, learntFrom })),
  );

  function opinionOf(song: LibrarySong): SongOpinion {
    return {
      songId: song.songId,
      populationProbabilities: opinions.beforePresses(song),
      features: opinions.featuresOf(song),
    };
  }

  let savedBytes = stored?.state.length ?? 0;
  let saveTimer: NodeJS.Timeout | undefined;
  let isErasing = false;

  const learntOrWaiting = (): number => queue.model().gate.presses + queue.waiting();

  function saveSoonIfDue(): void {
    const unsaved = learntOrWaiting() - saved.gate.presses;
    if (unsaved < Math.max(SAVE_EVERY_PRESSES, savedBytes / STATE_BYTES_A_PRESS)) return;
    saveTimer ??= setTimeout(() => void save(), SAVE_AFTER_MS).unref();
  }

  async function save(): Promise<void> {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    const model = queue.model();
    if (model === saved || isErasing) return;
    try {
      const state = JSON.stringify(serialiseChildModel(model, populationId));
      await store.saveModel(MODEL_NAME, { ...queue.learntThrough(), state });
      saved = model;
      savedBytes = state.length;
    } catch (error) {
      onFault(
        `The child's model could not be saved; it will be rebuilt from the journal. ${(error as Error).message}`,
      );
    }
  }

  return {
    rebuiltBecause: stored === undefined ? undefined : restored.rebuiltBecause,
    model: () => queue.model(),
    caughtUp: () => queue.caughtUp(),
    predict: (songs) => songs.map((song) => predict(queue.model(), opinionOf(song))),
    learn({ song, emotion, learntFrom }) {
      songById.set(song.songId, song);
      queue.add([{ press: { ...opinionOf(song), emotion }, learntFrom }]);
      saveSoonIfDue();
    },
    pressCount: learntOrWaiting,
    async forgetChild(erase) {
      isErasing = true;
      try {
        await erase();
        queue = queueFrom(createChildModel(prior, settings), NOTHING_LEARNT);
        saved = queue.model();
      } finally {
        isErasing = false;
      }
    },
    close() {
      forests.close();
      return save();
    },
  };
}

function restore(
  state: string | undefined,
  prior: Prior,
  settings: ChildModelSettings,
  populationId: string,
): { model: ChildModel; rebuiltBecause: string | undefined } {
  const fresh = createChildModel(prior, settings);
  if (state === undefined) return { model: fresh, rebuiltBecause: 'there was none' };
  let unknown: unknown;
  try {
    unknown = JSON.parse(state);
  } catch {
    return { model: fresh, rebuiltBecause: 'its state is not JSON' };
  }
  const parsed = parseChildModel(unknown, prior, settings, populationId);
  return parsed.kind === 'parsed'
    ? { model: parsed.model, rebuiltBecause: undefined }
    : { model: fresh, rebuiltBecause: `${parsed.reason}: ${parsed.detail}` };
}
