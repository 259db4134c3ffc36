import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createModelStore, SHIPPED_ONLY } from '../../../device/learning/model-store.ts';
import { OPEN_HERE } from '../../../device/learning/open-here.ts';
import { openModelInUse } from '../../../device/learning/open-model.ts';
import type { JournalEntry } from '../../../sync-server/protocol/journal-event.ts';
import { createMemoryBoxFiles } from '../../support/memory-box-files.ts';
import { bundleOf, trainInvertedModel, trainSmallModel } from '../../support/model-bundles.ts';

const OLD_MODEL = trainSmallModel();
const NEW_MODEL = trainInvertedModel();
const [OLD, NEW] = [bundleOf(OLD_MODEL), bundleOf(NEW_MODEL)];
const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function createBox() {
  const files = createMemoryBoxFiles();
  const store = createModelStore(files);
  await store.saveModel(idOf(OLD), OLD);
  await store.saveModel(idOf(NEW), NEW);
  await store.saveRecord({
    ...SHIPPED_ONLY,
    current: idOf(NEW),
    previous: idOf(OLD),
    isTold: false,
    lookedAt: 40,
  });
  const journal: JournalEntry[] = [];
  const faults: string[] = [];
  const open = () =>
    openModelInUse({
      store,
      remember: async (entry) => void journal.push(entry),
      onFault: (reason) => faults.push(reason),
      opening: OPEN_HERE,
    });
  return { files, store, journal, faults, open };
}

function populationIdOf({ population }: Awaited<ReturnType<typeof openModelInUse>>): string {
  return population.kind === 'loaded' ? population.population.id : population.reason;
}

describe('a box starts', () => {
  test('with the model in use, told in the journal once', async () => {
    const { open, store, journal, faults } = await createBox();
    const model = await open();
    expect(populationIdOf(model)).toBe(NEW_MODEL.card.population);
    expect(model.modelId).toBe(idOf(NEW));
    await open();
    expect(journal).toEqual([{ kind: 'modelInstalled', modelId: idOf(NEW) }]);
    expect(await store.record()).toMatchObject({ isTold: true, lookedAt: 40 });
    expect(faults).toEqual([]);
  });

  test('with the one before when that is damaged, and says so', async () => {
    const { open, files, store, journal, faults } = await createBox();
    const broken = NEW.slice();
    broken[1000]! ^= 1;
    files.content.set(`models/${idOf(NEW)}.amecs-model`, broken);
    expect(populationIdOf(await open())).toBe(OLD_MODEL.card.population);
    expect(journal).toEqual([
      { kind: 'modelRefused', modelId: idOf(NEW), reason: 'at the start: its file is missing or damaged' },
    ]);
    expect(faults).toEqual([expect.stringMatching(/cannot be used: .*The box goes on with the one before/)]);
    // Not given up: the server may still bring it whole.
    expect(await store.record()).toEqual({ ...SHIPPED_ONLY, current: idOf(OLD) });
    await open();
    expect(journal).toHaveLength(1);
  });

  test('with the one that ships when both are gone, and with it from then on', async () => {
    const { open, files, store, journal } = await createBox();
    files.content.delete(`models/${idOf(NEW)}.amecs-model`);
    files.content.delete(`models/${idOf(OLD)}.amecs-model`);
    const model = await open();
    expect(model.modelId).toBeNull();
    expect(populationIdOf(model)).toMatch(/^gpForest-/);
    expect(await store.record()).toEqual(SHIPPED_ONLY);
    expect(journal).toHaveLength(2);
  });

  test('with the one that ships when nothing was ever received, or the record is damaged', async () => {
    const { open, files, journal, faults } = await createBox();
    files.content.set('models/in-use.json', new TextEncoder().encode('{"current":'));
    expect((await open()).modelId).toBeNull();
    files.content.clear();
    expect((await open()).modelId).toBeNull();
    expect([journal, faults]).toEqual([[], []]);
  });

  test('where no model runs at all, the one in use is not at fault', async () => {
    const { store } = await createBox();
    const unavailable = { kind: 'unavailable', reason: 'onnxruntime does not load', hint: 'Move.' } as const;
    const journal: JournalEntry[] = [];
    const model = await openModelInUse({
      store,
      remember: async (entry) => void journal.push(entry),
      onFault: (reason) => {
        throw new Error(reason);
      },
      opening: { ...OPEN_HERE, openReceived: async () => unavailable },
    });
    expect(model.population).toEqual(unavailable);
    expect(await store.record()).toMatchObject({ current: idOf(NEW) });
  });
});
