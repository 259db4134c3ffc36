/** Forest training that is done when a test says so, by the real trainer. */
import type { ForestTraining } from '../../../device/learning/forest-thread.ts';
import type { ForestRows } from '../../../models/child/forest-rows.ts';
import type { Forest } from '../../../models/child/forest-votes.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';

export interface FakeTraining extends ForestTraining {
  /** Songs and seed of every forest asked for. */
  readonly asked: { readonly songs: number; readonly seed: number }[];
  /** Finishes the oldest open training; `fail` finishes it without a forest. */
  finish(how?: 'fail'): Promise<void>;
  isClosed(): boolean;
}

/** `isInstant`: every forest is there at once. */
export function createFakeTraining(isInstant = false): FakeTraining {
  const open: { rows: ForestRows; seed: number; resolve(forest: Forest | undefined): void }[] = [];
  const asked: FakeTraining['asked'] = [];
  let isClosed = false;
  return {
    asked,
    train(rows, seed) {
      asked.push({ songs: rows.songs, seed });
      if (isInstant) return Promise.resolve(trainForest(rows, seed));
      return new Promise((resolve) => open.push({ rows, seed, resolve }));
    },
    async finish(how) {
      const { rows, seed, resolve } = open.shift()!;
      resolve(how === 'fail' ? undefined : trainForest(rows, seed));
      await new Promise((turn) => setImmediate(turn));
    },
    close() {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}
