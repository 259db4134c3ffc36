/** `amecs server settings`, `model` and `withdraw`: what they do to the store, and what they say to mistakes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isSignedBy } from '../../../../device/learning/model-signature.ts';
import { modelFiles } from '../../../../models/population/model-files.ts';
import type { Command } from '../../../../provisioning/cli/command.ts';
import { modelCommand } from '../../../../provisioning/cli/server/model-command.ts';
import { settingsCommand } from '../../../../provisioning/cli/server/settings-command.ts';
import { withdrawCommand } from '../../../../provisioning/cli/server/withdraw-command.ts';
import { openStore } from '../../../../sync-server/open-store.ts';
import { createSigningKey, publicKeyOf } from '../../../../sync-server/site-signing-key.ts';
import type { Store } from '../../../../sync-server/store/store.ts';
import { trainInvertedModel, trainSmallModel } from '../../../support/model-bundles.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const SITE = '01900000-0000-7000-8000-000000000001';
const BOX = {
  siteId: SITE,
  deviceId: '01900000-0000-7000-8000-0000000000d1',
  participantId: '01900000-0000-7000-8000-0000000000a1',
};

/** A server's folder with one enrolled box; `look` opens its store for a moment. */
async function createCentre() {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'server'));
  async function look<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore({ dataDir, database: undefined });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }
  await look(async (store) => {
    await store.createSite({ siteId: SITE, purpose: 'study' }, 0);
    await store.saveEnrolmentCode({ siteId: SITE, codeHash: 'c', expiresAtMs: 1 });
    await store.enrol({
      ...BOX,
      codeHash: 'c',
      keyThumbprint: 't',
      publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43) },
      atMs: 0,
    });
  });
  async function run(command: Command, ...argv: string[]) {
    const terminal = createRecordingTerminal();
    const exitCode = await command.run(['--data', dataDir, ...argv], terminal);
    return { exitCode, out: terminal.outLines, error: terminal.errorLines.join('\n') };
  }
  return { look, run, downlink: () => look((store) => store.downlink(BOX)) };
}

function trainedFolder(model = trainSmallModel()): string {
  const folder = temporaryFolder();
  for (const { name, content } of modelFiles(model, 'a test')) writeFileSync(join(folder, name), content);
  return folder;
}

describe('amecs server settings', () => {
  test('sets what is named, keeps the rest, and lets the device file decide again', async () => {
    const { run, downlink } = await createCentre();
    expect((await run(settingsCommand, 'd1')).out).toEqual([
      'Nothing is set from here: the device file decides.',
    ]);
    expect((await run(settingsCommand, 'd1', 'novelty=0.25', 'fadeInMs=400')).out).toEqual([
      `Box ${BOX.deviceId} takes its settings, version 1, at its next contact.`,
    ]);
    await run(settingsCommand, 'd1', 'fadeOutMs=100');
    expect((await downlink()).settings).toEqual({
      version: 2,
      values: { novelty: 0.25, fadeInMs: 400, fadeOutMs: 100 },
    });
    await run(settingsCommand, 'd1', 'fadeInMs=');
    expect((await run(settingsCommand, 'd1')).out).toEqual(['novelty = 0.25', 'fadeOutMs = 100']);
  });

  test.each([
    ['no box', [], /Name one box/],
    ['a box there is not', ['ffff'], /no box "ffff"/],
    ['a setting there is not', ['d1', 'volume=9'], /no setting "volume": there are novelty, holdToStopMs/],
    ['a value out of range', ['d1', 'fadeOutMs=381'], /fadeOutMs cannot be 381: .*\(20 to 380\)/],
    ['a value that is none', ['d1', 'novelty=much'], /novelty cannot be much/],
    ['a word that sets nothing', ['d1', 'novelty'], /write novelty=VALUE/],
  ])('answers %s with what to do, and sets nothing', async (_, argv, sentence) => {
    const { run, downlink } = await createCentre();
    await expect(run(settingsCommand, ...argv)).rejects.toThrow(sentence);
    expect((await downlink()).settings).toBeNull();
  });
});

describe('amecs server model', () => {
  test('publishes a folder, signed with the key of the site; the same folder again changes nothing', async () => {
    const { run, downlink, look } = await createCentre();
    const folder = trainedFolder();
    expect((await run(modelCommand, 'show')).out).toEqual(['No model is offered.']);
    expect((await run(modelCommand, 'publish', folder)).exitCode).toBe(0);
    const { model, downlinkVersion } = await downlink();
    const key = await look((store) => store.signingKey(SITE, createSigningKey));
    expect(isSignedBy(publicKeyOf(key), model!)).toBe(true);
    expect((await run(modelCommand, 'show')).out[0]).toContain(model!.modelId);
    await run(modelCommand, 'publish', folder);
    expect((await downlink()).downlinkVersion).toBe(downlinkVersion);
    await run(modelCommand, 'publish', trainedFolder(trainInvertedModel()));
    expect((await downlink()).model!.modelId).not.toBe(model!.modelId);
    await run(modelCommand, 'withdraw');
    expect((await downlink()).model).toBeNull();
  });

  test.each([
    ['nothing to do', [], /publish DIR, show or withdraw/],
    ['no folder', ['publish'], /Name the folder/],
    ['a folder without a model', ['publish', '/nowhere'], /holds no model: .*amecs model train/],
    ['a word too many', ['show', 'it'], /a word too many/],
  ])('answers %s with what to do', async (_, argv, sentence) => {
    const { run } = await createCentre();
    await expect(run(modelCommand, ...argv)).rejects.toThrow(sentence);
  });

  test('publishes no model a box could not use', async () => {
    const { run, downlink } = await createCentre();
    const folder = trainedFolder();
    writeFileSync(join(folder, 'prior.json'), JSON.stringify(trainInvertedModel().prior));
    await expect(run(modelCommand, 'publish', folder)).rejects.toThrow(
      /cannot be used: its prior was fitted under/,
    );
    expect((await downlink()).model).toBeNull();
  });
});

describe('amecs server withdraw', () => {
  test('says what it would do, and does it only when told so', async () => {
    const { run, downlink } = await createCentre();
    const asked = await run(withdrawCommand, BOX.participantId);
    expect(asked).toMatchObject({
      exitCode: 1,
      error: expect.stringMatching(/would erase 0 events .* --yes/),
    });
    expect((await downlink()).withdrawal).toBeNull();
    const done = await run(withdrawCommand, BOX.participantId.toUpperCase(), '--yes');
    expect(done.exitCode).toBe(0);
    const order = (await downlink()).withdrawal;
    expect(order).toMatchObject({ participantId: BOX.participantId });
    expect(done.out[1]).toContain(order!.orderId);
    // Ordered twice it is one order.
    expect((await run(withdrawCommand, BOX.participantId, '--yes')).out[1]).toContain(order!.orderId);
    await expect(run(settingsCommand, 'd1', 'novelty=1')).resolves.toMatchObject({
      exitCode: 1,
      error: expect.stringMatching(/were withdrawn/),
    });
  });

  test.each([
    ['the beginning of an id', '01900000'],
    ['the id of a box', BOX.deviceId],
    ['an id there is not', '01900000-0000-7000-8000-0000000000ff'],
  ])('does nothing for %s', async (_, word) => {
    const { run, downlink } = await createCentre();
    for (const argv of [[word], [word, '--yes']]) {
      expect(await run(withdrawCommand, ...argv)).toMatchObject({
        exitCode: 1,
        error: expect.stringMatching(/no participant/),
      });
    }
    expect((await downlink()).withdrawal).toBeNull();
  });
});
