/** What comes down to a box, from a real app without a socket to the files of the box. */

import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../device/announcements.ts';
import { loadCaregiverSettings } from '../../device/caregiver-settings.ts';
import type { KnownSettings } from '../../device/core/received-settings.ts';
import { createModelKeeper } from '../../device/learning/model-keeper.ts';
import { createModelStore } from '../../device/learning/model-store.ts';
import type { PressHistory } from '../../device/learning/model-trial-messages.ts';
import { tryModel } from '../../device/learning/try-model.ts';
import type { Exchange } from '../../device/sync/exchange.ts';
import { createKeyRing } from '../../device/sync/key-ring.ts';
import { createServerCalls } from '../../device/sync/server-calls.ts';
import { createWishes, eraseSetAside, type Wishes } from '../../device/wishes.ts';
import { signModel } from '../../sync-server/model-signing.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { createSigningKey } from '../../sync-server/site-signing-key.ts';
import { createFakeTimers } from '../support/fake-timers.ts';
import { replyOf } from '../support/faulty-exchange.ts';
import { createMemoryBoxFiles } from '../support/memory-box-files.ts';
import { bundleOf, songsOfThatWorld, trainInvertedModel, trainSmallModel } from '../support/model-bundles.ts';
import { TEST_SERVER_URL } from '../support/test-box.ts';
import { createTestServer, TEST_SITE, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const GOOD = bundleOf(trainSmallModel());
const INVERTED = bundleOf(trainInvertedModel());
const SONGS = songsOfThatWorld(16);
const ORDER = '01900000-0000-7000-8000-0000000000aa';

/** What happens by itself, some turns of the loop later. */
function waitFor(isSo: () => boolean | Promise<boolean>): Promise<true> {
  return until(isSo.toString(), async () => ((await isSo()) ? true : undefined));
}

interface Box {
  readonly server: TestServer;
  readonly deviceId: string;
  readonly participantId: string;
  readonly files: ReturnType<typeof createMemoryBoxFiles>;
  readonly journal: JournalEntry[];
  readonly applied: KnownSettings[];
  readonly said: string[];
  readonly timers: ReturnType<typeof createFakeTimers>;
  history: PressHistory;
  /** What is on the card of the child and of the identity. */
  child: string | undefined;
  identityFile: string | undefined;
  isSending: boolean;
  isOffline: boolean;
  /** Where the next power cut is, by the name of a step. */
  cutAt: string | undefined;
  wishes: Wishes | undefined;
  /** Starts the box and follows the server, if it still knows one. */
  start(): Promise<void>;
  /** Ends it, as a power cut does. */
  stop(): Promise<void>;
  model(): Promise<string | null>;
}

async function createBox(server?: TestServer): Promise<Box> {
  const centre = server ?? (await createTestServer());
  const { key, answer } = await centre.enrolBox();
  const identity = { ...answer, serverUrl: TEST_SERVER_URL, key };
  const files = createMemoryBoxFiles();
  const store = createModelStore(files);
  let stop = new AbortController();
  let end = async (): Promise<void> => {};

  const step = (name: string): void => {
    if (box.cutAt === name) throw new Error(`power cut at ${name}`);
  };
  const exchange: Exchange = async ({ method, path, headers, body }) => {
    if (box.isOffline) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    step(`${method} ${path}`);
    const reply = await centre.app.inject({
      method,
      url: path,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: Buffer.from(body) }),
    });
    step(`${method} ${path} answered`);
    return replyOf(reply);
  };

  const box: Box = {
    server: centre,
    deviceId: answer.deviceId,
    participantId: answer.participantId,
    files,
    journal: [],
    applied: [],
    said: [],
    timers: createFakeTimers(),
    history: { songs: SONGS, presses: [] },
    child: 'presses',
    identityFile: 'key',
    isSending: false,
    isOffline: false,
    cutAt: undefined,
    wishes: undefined,
    async start() {
      stop = new AbortController();
      const remember = async (entry: JournalEntry): Promise<void> => void box.journal.push(entry);
      const settings = await loadCaregiverSettings({
        files,
        remember,
        apply: (s) => void box.applied.push(s),
      });
      const models = createModelKeeper({
        store,
        trial: (job) => tryModel(job, async (path) => (await files.read(path))!),
        history: async () => box.history,
        remember,
      });
      const wishes = await createWishes({
        files,
        settings,
        models,
        async eraseChild() {
          step('erase');
          box.child = undefined;
          await eraseSetAside(files);
          step('erased');
        },
        say: ({ text }: Announcement) => void box.said.push(text),
        log: pino({ enabled: false }),
      });
      box.wishes = wishes;
      if (box.identityFile === undefined) return;
      const calls = createServerCalls({
        exchange,
        serverUrl: TEST_SERVER_URL,
        keys: createKeyRing(identity, async () => {}),
        clock: { bootId: ORDER, monotonicMs: () => 1, wallMs: () => 1, clockState: () => 'unset' },
        timers: { after: () => () => {} },
        stop: stop.signal,
      });
      box.isSending = !wishes.isWithdrawn(identity);
      const downlink = wishes.follow({
        identity,
        calls,
        timers: box.timers,
        random: () => 0.5,
        stop: stop.signal,
        async stopSending() {
          step('stop sending');
          box.isSending = false;
        },
        async forgetIdentity() {
          step('forget');
          box.identityFile = undefined;
          step('forgotten');
        },
      });
      end = () => Promise.all([wishes.close(), downlink.close()]).then(() => {});
    },
    async stop() {
      stop.abort();
      await end();
      end = async () => {};
    },
    model: async () => (await store.record()).current,
  };
  return box;
}

async function publish({ server }: Box, bytes: Uint8Array): Promise<string> {
  const model = signModel(bytes, await server.store.signingKey(TEST_SITE, createSigningKey));
  await server.store.publishModel(TEST_SITE, model, bytes, 0);
  return model.modelId;
}

/** Presses of a child who hears what most people of that world hear. */
function presses(count: number): PressHistory {
  return { songs: SONGS, presses: Array.from({ length: count }, (_, i) => SONGS[(i * 7) % SONGS.length]!) };
}

describe('settings', () => {
  test('come down once, and again only when they changed, however often the box starts', async () => {
    const box = await createBox();
    await box.server.store.setSettings(TEST_SITE, box.deviceId, { novelty: 0.5 });
    await box.start();
    await waitFor(() => box.applied.length === 1);
    await box.stop();
    await box.start();
    await waitFor(() => box.timers.pendingMs().length > 0);
    expect(box.applied).toEqual([{ novelty: 0.5 }]);
    expect(box.journal).toEqual([{ kind: 'settingsApplied', version: 1, unknown: [] }]);
    await box.server.store.setSettings(TEST_SITE, box.deviceId, { novelty: 0 });
    box.timers.runNext();
    await waitFor(() => box.applied.length === 2);
    expect(box.said).toEqual([
      'Settings made at the server are in force between songs.',
      'Settings made at the server are in force between songs.',
    ]);
    await box.stop();
  });
});

describe('a model', () => {
  test('is taken by a box without presses, whatever it is', async () => {
    const box = await createBox();
    const modelId = await publish(box, INVERTED);
    await box.start();
    await waitFor(async () => (await box.model()) === modelId);
    await box.stop();
    expect(box.said).toEqual([expect.stringMatching(/uses it from its next start on/)]);
  });

  test('that knows the child badly is refused, and never taken, also not when it is published anew', async () => {
    const box = await createBox();
    box.history = presses(40);
    const goodId = await publish(box, GOOD);
    await box.start();
    await waitFor(async () => (await box.model()) === goodId);
    const invertedId = await publish(box, INVERTED);
    box.timers.runNext();
    await waitFor(() => box.journal.length === 1);
    expect(box.journal).toMatchObject([{ kind: 'modelRefused', modelId: invertedId }]);
    await box.stop();
    await publish(box, GOOD);
    await publish(box, INVERTED);
    await box.start();
    await waitFor(() => box.timers.pendingMs().length > 0);
    expect([await box.model(), box.journal.length]).toEqual([goodId, 1]);
    await box.stop();
  });

  test('that turns out to know the child badly is rolled back to the one before', async () => {
    const box = await createBox();
    const goodId = await publish(box, GOOD);
    await box.start();
    await waitFor(async () => (await box.model()) === goodId);
    // Nothing was pressed yet: nothing speaks against it.
    const invertedId = await publish(box, INVERTED);
    box.timers.runNext();
    await waitFor(async () => (await box.model()) === invertedId);
    box.history = presses(20);
    box.wishes!.pressed(19);
    box.wishes!.pressed(20);
    await waitFor(() => box.journal.length === 1);
    await box.stop();
    expect(box.journal).toMatchObject([{ kind: 'modelRolledBack', modelId: invertedId, presses: 20 }]);
    const [rolledBack] = box.journal;
    if (rolledBack?.kind !== 'modelRolledBack') throw new Error('not rolled back');
    expect(rolledBack.logLoss).toBeGreaterThan(rolledBack.logLossBefore + 0.15);
    expect(await box.model()).toBe(goodId);
    expect(box.said.at(-1)).toMatch(/goes back to that at its next start/);
  });

  test('of another site is refused', async () => {
    const box = await createBox();
    const model = signModel(GOOD, createSigningKey());
    await box.server.store.publishModel(TEST_SITE, model, GOOD, 0);
    await box.start();
    await waitFor(() => box.journal.length === 1);
    await box.stop();
    expect(box.journal).toMatchObject([
      { kind: 'modelRefused', reason: expect.stringMatching(/signature of the site/) },
    ]);
    expect(await box.model()).toBeNull();
  });
});

describe('a withdrawal', () => {
  async function withdraw(box: Box): Promise<void> {
    await box.server.store.orderWithdrawal(TEST_SITE, box.participantId, ORDER, 0);
  }

  test('leaves a box of its own, which sends nothing and knows no server', async () => {
    const box = await createBox();
    await box.server.store.setSettings(TEST_SITE, box.deviceId, { novelty: 1 });
    box.files.content.set('device.sqlite.damaged-1', new Uint8Array(1));
    box.files.content.set('device.sqlite.damaged-1-wal', new Uint8Array(1));
    await box.start();
    await waitFor(() => box.applied.length === 1);
    await withdraw(box);
    box.timers.runNext();
    await waitFor(() => box.said.at(-1)?.startsWith('The server knows') ?? false);
    await box.stop();
    expect([box.child, box.identityFile, box.isSending]).toEqual([undefined, undefined, false]);
    // The device file decides again, and nothing of the child or the order is left.
    expect(box.applied.at(-1)).toEqual({});
    expect([...box.files.content.keys()]).toEqual(['models/in-use.json']);
    expect(await box.server.store.devices(TEST_SITE)).toEqual([]);
  });

  test.each([
    'stop sending',
    'erase',
    'erased',
    'POST /v1/withdrawn',
    'POST /v1/withdrawn answered',
    'forget',
    'forgotten',
  ])(
    'whose power goes at "%s" is finished after the next start, and nothing is sent in between',
    async (cutAt) => {
      const box = await createBox();
      await box.start();
      await withdraw(box);
      box.cutAt = cutAt;
      await waitFor(() => box.timers.pendingMs().length > 0);
      box.timers.runNext();
      await waitFor(() => box.timers.pendingMs().length > 0);
      await box.stop();
      box.cutAt = undefined;
      const wasErased = box.child === undefined;
      await box.start();
      // What began is finished before anything is sent.
      expect([box.child, box.isSending]).toEqual([undefined, false]);
      await waitFor(() => box.identityFile === undefined);
      await box.stop();
      expect(wasErased || box.said.length > 0).toBe(true);
      await box.start();
      expect(box.isSending).toBe(false);
    },
  );

  test('is carried out at once and confirmed when there is a network again, a year later', async () => {
    const box = await createBox();
    await box.start();
    await waitFor(() => box.timers.pendingMs().length > 0);
    await withdraw(box);
    box.cutAt = 'POST /v1/withdrawn';
    box.timers.runNext();
    await waitFor(() => box.child === undefined && box.timers.pendingMs().length > 0);
    box.cutAt = undefined;
    box.isOffline = true;
    for (let days = 0; days < 365; days++) {
      await box.stop();
      await box.start();
      expect(box.isSending).toBe(false);
    }
    expect(box.identityFile).toBe('key');
    await box.stop();
    box.isOffline = false;
    await box.start();
    await waitFor(() => box.identityFile === undefined);
    await box.stop();
  });
});
