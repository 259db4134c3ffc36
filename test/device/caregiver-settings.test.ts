import { describe, expect, test } from 'vitest';
import { loadCaregiverSettings, RECEIVED_SETTINGS_FILE } from '../../device/caregiver-settings.ts';
import type { KnownSettings } from '../../device/core/received-settings.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { createMemoryBoxFiles, PowerCut } from '../support/memory-box-files.ts';

const BOX = '01900000-0000-7000-8000-000000000011';
const OTHER_BOX = '01900000-0000-7000-8000-000000000012';

function createBox() {
  const files = createMemoryBoxFiles();
  const journal: JournalEntry[] = [];
  const applied: KnownSettings[] = [];
  const start = () =>
    loadCaregiverSettings({
      files,
      remember: async (entry) => void journal.push(entry),
      apply: (settings) => void applied.push(settings),
    });
  return { files, journal, applied, start };
}

describe("a caregiver's settings from the server", () => {
  test('are applied at once, journalled, and in force again after a start without a network', async () => {
    const { start, journal, applied } = createBox();
    const settings = await start();
    expect(settings.inForce()).toEqual({});
    const change = await settings.receive(BOX, { version: 1, values: { novelty: 0.5, fadeInMs: 100 } });
    expect(change).toEqual({ version: 1, unknown: [] });
    expect(applied).toEqual([{ novelty: 0.5, fadeInMs: 100 }]);
    expect(journal).toEqual([{ kind: 'settingsApplied', version: 1, unknown: [] }]);
    expect((await start()).inForce()).toEqual({ novelty: 0.5, fadeInMs: 100 });
  });

  test('of the same version again change nothing, not even after a start', async () => {
    const { start, files, journal, applied } = createBox();
    const wanted = { version: 3, values: { novelty: 1 } };
    await (await start()).receive(BOX, wanted);
    const changes = files.changes();
    const settings = await start();
    expect(await settings.receive(BOX, wanted)).toBeUndefined();
    expect([files.changes(), journal.length, applied.length]).toEqual([changes, 1, 1]);
  });

  test.each([
    ['a later version', BOX, 4],
    ['an earlier version of a server that was restored', BOX, 2],
    ['the same version for another box', OTHER_BOX, 3],
  ])('of %s replace those before as a whole', async (_, deviceId, version) => {
    const { start } = createBox();
    const settings = await start();
    await settings.receive(BOX, { version: 3, values: { novelty: 1, fadeOutMs: 50 } });
    await settings.receive(deviceId, { version, values: { novelty: 0.1 } });
    expect(settings.inForce()).toEqual({ novelty: 0.1 });
  });

  test('this box does not know are named, kept for a program that does, and do not stop the others', async () => {
    const { start, files, journal } = createBox();
    const settings = await start();
    await settings.receive(BOX, { version: 1, values: { quietHours: '19-7', novelty: 2, fadeInMs: 40 } });
    expect(journal).toEqual([{ kind: 'settingsApplied', version: 1, unknown: ['novelty', 'quietHours'] }]);
    expect(settings.inForce()).toEqual({ fadeInMs: 40 });
    const kept = JSON.parse(Buffer.from(files.content.get(RECEIVED_SETTINGS_FILE)!).toString()) as object;
    expect(kept).toMatchObject({ values: { quietHours: '19-7' } });
  });

  test('are there or not, and told at least once, wherever the power goes', async () => {
    for (const when of ['before', 'after'] as const) {
      const { start, files, journal } = createBox();
      files.cutAt(1, when);
      const wanted = { version: 1, values: { novelty: 0.5 } };
      await expect((await start()).receive(BOX, wanted)).rejects.toThrow(PowerCut);
      files.cutAt(undefined);
      const settings = await start();
      await settings.receive(BOX, wanted);
      expect(settings.inForce()).toEqual({ novelty: 0.5 });
      expect(journal.length).toBeGreaterThanOrEqual(1);
    }
  });

  test('that cannot be read are none, and forgotten ones too', async () => {
    const { start, files, applied } = createBox();
    files.content.set(RECEIVED_SETTINGS_FILE, new TextEncoder().encode('{"version":1,'));
    const settings = await start();
    expect(settings.inForce()).toEqual({});
    await settings.receive(BOX, { version: 1, values: { novelty: 0.5 } });
    await settings.forget();
    expect([settings.inForce(), applied.at(-1)]).toEqual([{}, {}]);
    expect((await start()).inForce()).toEqual({});
  });
});
