import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createModelKeeper, type ModelKeeper } from '../../../device/learning/model-keeper.ts';
import { createModelStore, type ModelStore, SHIPPED_ONLY } from '../../../device/learning/model-store.ts';
import type { TrialAnswer, TrialJob } from '../../../device/learning/model-trial-messages.ts';
import { signModel } from '../../../sync-server/model-signing.ts';
import type { JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { createSigningKey, publicKeyOf } from '../../../sync-server/site-signing-key.ts';
import { createMemoryBoxFiles, type MemoryBoxFiles, PowerCut } from '../../support/memory-box-files.ts';

const SITE = createSigningKey();
const SITE_KEY = publicKeyOf(SITE);

/** Made-up models: what their bytes are does not matter here, the trial is a fake. */
const [A, B, C] = ['a', 'b', 'c'].map((name) => new TextEncoder().encode(`model ${name}`)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const GOOD: TrialAnswer = { kind: 'tried', presses: 30, logLoss: 1, logLossBefore: 1.05 };
const BAD: TrialAnswer = { kind: 'tried', presses: 30, logLoss: 1.2, logLossBefore: 1 };

interface Box {
  readonly files: MemoryBoxFiles;
  readonly store: ModelStore;
  readonly journal: JournalEntry[];
  readonly trials: TrialJob[];
  readonly downloads: string[];
  /** What the trial will say, by model. */
  readonly answers: Map<string, TrialAnswer>;
  keeper: ModelKeeper;
  /** What goes on after a power cut or a night. */
  start(): void;
  take(
    bytes: Uint8Array,
    changes?: { signature?: string; sizeBytes?: number; arrives?: Uint8Array },
  ): ReturnType<ModelKeeper['take']>;
}

function createBox(): Box {
  const files = createMemoryBoxFiles();
  const store = createModelStore(files);
  const journal: JournalEntry[] = [];
  const trials: TrialJob[] = [];
  const downloads: string[] = [];
  const answers = new Map<string, TrialAnswer>();
  const createKeeper = (): ModelKeeper =>
    createModelKeeper({
      store,
      trial: async (job, stop) => {
        trials.push(job);
        await Promise.resolve();
        return stop.aborted ? { kind: 'failed', reason: 'stopped' } : (answers.get(job.modelId) ?? GOOD);
      },
      history: async () => ({ songs: [], presses: new Array(30).fill({ songId: 's', emotion: 'happy' }) }),
      remember: async (entry) => void journal.push(entry),
    });
  const box: Box = {
    files,
    store,
    journal,
    trials,
    downloads,
    answers,
    keeper: createKeeper(),
    start() {
      files.cutAt(undefined);
      box.keeper = createKeeper();
    },
    take(bytes, { arrives = bytes, ...changes } = {}) {
      const wanted = { ...signModel(bytes, SITE), ...changes };
      return box.keeper.take(wanted, SITE_KEY, async () => {
        downloads.push(wanted.modelId);
        return arrives;
      });
    },
  };
  return box;
}

const modelsKept = ({ files }: Box): string[] =>
  [...files.content.keys()].flatMap((name) => /models\/(.*)\.amecs-model/.exec(name)?.[1] ?? []);

describe('a model the server wants', () => {
  test('is fetched, tried beside the one that ships, and is in use from then on; the one before is kept', async () => {
    const box = createBox();
    expect(await box.take(A)).toEqual({ kind: 'taken', modelId: idOf(A) });
    expect(box.trials).toMatchObject([{ modelId: idOf(A), pathBefore: null }]);
    expect(await box.store.record()).toMatchObject({ current: idOf(A), previous: null, isTold: false });
    expect(await box.take(B)).toEqual({ kind: 'taken', modelId: idOf(B) });
    expect(box.trials.at(-1)).toMatchObject({ modelId: idOf(B), pathBefore: box.store.pathOf(idOf(A)) });
    expect(await box.store.record()).toMatchObject({ current: idOf(B), previous: idOf(A) });
    expect(await box.take(C)).toEqual({ kind: 'taken', modelId: idOf(C) });
    expect(modelsKept(box).sort()).toEqual([idOf(B), idOf(C)].sort());
    expect(await box.store.readModel(idOf(C))).toEqual(C);
  });

  test('and that is in use already is not fetched again', async () => {
    const box = createBox();
    await box.take(A);
    expect(await box.take(A)).toEqual({ kind: 'unchanged' });
    box.start();
    expect(await box.take(A)).toEqual({ kind: 'unchanged' });
    expect(box.downloads).toEqual([idOf(A)]);
    expect(box.journal).toEqual([]);
  });

  test.each<[string, Parameters<Box['take']>[1], RegExp]>([
    ['signed by nobody', { signature: 'A'.repeat(86) }, /signature of the site/],
    ['signed for another size', { sizeBytes: 8 }, /signature of the site/],
    [
      'signed by another site',
      { signature: signModel(A, createSigningKey()).signature },
      /signature of the site/,
    ],
    ['that arrives short', { arrives: A.subarray(1) }, /has 6 bytes instead of 7/],
    ['that arrives longer', { arrives: new Uint8Array(9) }, /has 9 bytes instead of 7/],
  ])('%s is refused, told once, and leaves nothing behind', async (_, changes, reason) => {
    const box = createBox();
    expect(await box.take(A, changes)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    });
    expect(await box.take(A, changes)).toEqual({ kind: 'unchanged' });
    expect(box.journal).toMatchObject([{ kind: 'modelRefused', modelId: idOf(A) }]);
    expect(modelsKept(box)).toEqual([]);
    expect(await box.store.record()).toEqual(SHIPPED_ONLY);
    expect(box.trials).toEqual([]);
  });

  test('and whose signature is wrong is not even fetched', async () => {
    const box = createBox();
    await box.take(A, { signature: 'A'.repeat(86) });
    expect(box.downloads).toEqual([]);
  });

  test('and that does not open is refused and asked for again after the next start, where another program may read it', async () => {
    const box = createBox();
    box.answers.set(idOf(A), { kind: 'unusable', reason: 'its prior is not JSON' });
    expect(await box.take(A)).toMatchObject({ kind: 'refused', reason: 'its prior is not JSON' });
    expect(modelsKept(box)).toEqual([]);
    box.answers.clear();
    box.start();
    expect(await box.take(A)).toMatchObject({ kind: 'taken' });
  });

  test('and that would have foretold this child worse is refused for ever, with the figures', async () => {
    const box = createBox();
    box.answers.set(idOf(A), BAD);
    expect(await box.take(A)).toMatchObject({ kind: 'refused' });
    expect(box.journal).toMatchObject([
      { kind: 'modelRefused', reason: expect.stringContaining('log-loss 1.200 instead of 1.000') },
    ]);
    box.start();
    expect(await box.take(A)).toEqual({ kind: 'unchanged' });
    expect(box.downloads).toHaveLength(1);
    expect(modelsKept(box)).toEqual([]);
  });

  test('and that cannot be compared, since the one in use does not open, is taken', async () => {
    const box = createBox();
    box.answers.set(idOf(A), { kind: 'alone' });
    await box.take(A);
    expect(await box.store.record()).toMatchObject({ current: idOf(A), pressesBefore: 30 });
  });

  test('and that cannot be fetched or tried just now is asked for again, and not fetched twice', async () => {
    const box = createBox();
    const wanted = signModel(A, SITE);
    const offline = await box.keeper.take(wanted, SITE_KEY, async () => ({
      failure: 'no answer within 20 s',
    }));
    expect(offline).toEqual({ kind: 'notNow', reason: 'no answer within 20 s' });
    box.answers.set(idOf(A), { kind: 'failed', reason: 'onnxruntime does not load' });
    expect(await box.take(A)).toEqual({ kind: 'notNow', reason: 'onnxruntime does not load' });
    box.answers.clear();
    expect(await box.take(A)).toMatchObject({ kind: 'taken' });
    expect(box.downloads).toHaveLength(1);
    expect(box.journal).toEqual([]);
  });

  test('is the old one or the new one wherever the power goes, and the new one in the end', async () => {
    const before = createBox();
    await before.take(A);
    await before.take(B);
    const changes = before.files.changes();
    await before.take(C);
    const steps = before.files.changes() - changes;
    expect(steps).toBeGreaterThanOrEqual(3);
    for (let step = 1; step <= steps; step++) {
      for (const when of ['before', 'after'] as const) {
        const box = createBox();
        await box.take(A);
        await box.take(B);
        box.files.cutAt(step, when);
        await expect(box.take(C)).rejects.toThrow(PowerCut);
        const { current, previous } = await box.store.record();
        expect([idOf(B), idOf(C)]).toContain(current);
        // Whatever is in use or before it can be read.
        expect(await box.store.readModel(current!)).toBeDefined();
        expect(await box.store.readModel(previous!)).toBeDefined();
        box.start();
        await box.take(C);
        expect(await box.store.record()).toMatchObject({ current: idOf(C), previous: idOf(B) });
        expect(box.journal).toEqual([]);
      }
    }
  });
});

describe('a model in use', () => {
  async function boxWithB(): Promise<Box> {
    const box = createBox();
    await box.take(A);
    await box.take(B);
    box.trials.length = 0;
    return box;
  }

  test('is looked at after each 20 presses, 200 at most', async () => {
    const box = await boxWithB();
    const looks: number[] = [];
    for (let presses = 30; presses <= 300; presses++) {
      const before = box.trials.length;
      expect(await box.keeper.look(presses)).toEqual({ kind: 'unchanged' });
      if (box.trials.length > before) looks.push(presses);
    }
    expect(looks).toEqual([50, 70, 90, 110, 130, 150, 170, 190, 210, 230]);
    expect(box.trials[0]).toMatchObject({ modelId: idOf(B), pathBefore: box.store.pathOf(idOf(A)) });
  });

  test('is given up for the one before when the presses speak against it, told, and never taken again', async () => {
    const box = await boxWithB();
    box.answers.set(idOf(B), BAD);
    expect(await box.keeper.look(49)).toEqual({ kind: 'unchanged' });
    expect(await box.keeper.look(50)).toEqual({ kind: 'rolledBack', modelId: idOf(B) });
    expect(box.journal).toEqual([
      { kind: 'modelRolledBack', modelId: idOf(B), logLoss: 1.2, logLossBefore: 1, presses: 30 },
    ]);
    expect(await box.store.record()).toMatchObject({ current: idOf(A), previous: null, givenUp: [idOf(B)] });
    expect(modelsKept(box)).toEqual([idOf(A)]);
    box.answers.clear();
    box.start();
    expect(await box.take(B)).toEqual({ kind: 'unchanged' });
    expect(await box.take(C)).toMatchObject({ kind: 'taken' });
    expect(await box.take(B)).toEqual({ kind: 'unchanged' });
  });

  test('is given up by the same look again when the power went in the middle', async () => {
    for (const when of ['before', 'after'] as const) {
      const box = await boxWithB();
      box.answers.set(idOf(B), BAD);
      box.files.cutAt(1, when);
      await expect(box.keeper.look(50)).rejects.toThrow(PowerCut);
      box.start();
      await box.keeper.look(51);
      expect(await box.store.record()).toMatchObject({ current: idOf(A), givenUp: [idOf(B)] });
      expect(box.journal.every(({ kind }) => kind === 'modelRolledBack')).toBe(true);
    }
  });

  test('that ships is never looked at', async () => {
    const box = createBox();
    expect(await box.keeper.look(500)).toEqual({ kind: 'unchanged' });
    expect(box.trials).toEqual([]);
  });

  test('stays when the child is forgotten; what that child said of it and others does not', async () => {
    const box = await boxWithB();
    box.answers.set(idOf(C), BAD);
    await box.take(C);
    const looking = box.keeper.look(50);
    await box.keeper.forgetChild();
    expect(await looking).toEqual({ kind: 'unchanged' });
    expect(await box.store.record()).toEqual({
      ...SHIPPED_ONLY,
      current: idOf(B),
      previous: idOf(A),
      isTold: false,
    });
    expect(await box.keeper.look(20)).toEqual({ kind: 'unchanged' });
    expect(box.trials.at(-1)).toMatchObject({ modelId: idOf(B) });
  });

  test('is not looked at any more once the box closes', async () => {
    const box = await boxWithB();
    const looking = box.keeper.look(50);
    await box.keeper.close();
    expect(await looking).toEqual({ kind: 'unchanged' });
    expect(await box.store.record()).toMatchObject({ lookedAt: 0 });
  });
});
