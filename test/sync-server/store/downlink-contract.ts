/** Settings, models and withdrawals. */
import { describe, expect, test } from 'vitest';
import { UnknownDeviceError } from '../../../sync-server/store/downlink-store.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { testJournal } from '../../support/sorted-batches.ts';
import { type ContractBench, claimOf, OTHER_SITE, SITE } from './store-contract.ts';

const MODEL = { modelId: 'a'.repeat(64), sizeBytes: 3, signature: 's' };
const OTHER_MODEL = { modelId: 'b'.repeat(64), sizeBytes: 4, signature: 't' };

export function describeDownlink(bench: ContractBench): void {
  const journal = testJournal();

  test('nothing waits for a new box', async () => {
    const device = await bench.enrol('a');
    expect(await bench.store().downlink(device)).toEqual({
      downlinkVersion: 0,
      settings: null,
      model: null,
      withdrawal: null,
    });
  });

  test('settings are for one box, and each change has a version and raises the downlink', async () => {
    const [a, b] = [await bench.enrol('a'), await bench.enrol('b')];
    expect(await bench.store().setSettings(SITE, a.deviceId, { novelty: 0.1 })).toBe(1);
    expect(await bench.store().setSettings(SITE, a.deviceId, { novelty: 0.2 })).toBe(2);
    expect(await bench.store().downlink(a)).toMatchObject({
      downlinkVersion: 2,
      settings: { version: 2, values: { novelty: 0.2 } },
    });
    expect(await bench.store().append(a, journal.batch(1, 1))).toMatchObject({ downlinkVersion: 2 });
    expect(await bench.store().downlink(b)).toMatchObject({ downlinkVersion: 0, settings: null });
    await expect(bench.store().setSettings(SITE, 'nobody', {})).rejects.toBeInstanceOf(UnknownDeviceError);
  });

  test('a model is for every box of the site, also those that come later, until it is taken back', async () => {
    const store = bench.store();
    const early = await bench.enrol('early');
    await store.publishModel(SITE, MODEL, Uint8Array.of(1, 2, 255), 5);
    await store.publishModel(SITE, MODEL, Uint8Array.of(1, 2, 255), 6);
    const late = await bench.enrol('late');
    for (const device of [early, late]) {
      expect(await store.downlink(device)).toMatchObject({ downlinkVersion: 1, model: MODEL });
    }
    expect(Uint8Array.from((await store.modelBytes(SITE, MODEL.modelId))!)).toEqual(Uint8Array.of(1, 2, 255));
    expect(await store.modelBytes(OTHER_SITE, MODEL.modelId)).toBeUndefined();

    await store.publishModel(SITE, OTHER_MODEL, new Uint8Array(4), 7);
    expect(await store.downlink(early)).toMatchObject({ downlinkVersion: 2, model: OTHER_MODEL });
    await store.unpublishModel(SITE);
    await store.unpublishModel(SITE);
    expect(await store.downlink(early)).toMatchObject({ downlinkVersion: 3, model: null });
    expect(await store.modelBytes(SITE, OTHER_MODEL.modelId)).toBeUndefined();
  });

  test('the first signing key of a site stays, whoever asks', async () => {
    const ask = (name: string) => bench.store().signingKey(SITE, () => ({ privateKeyPem: name }));
    const keys = await Promise.all(['a', 'b', 'c'].map(ask));
    expect(new Set(keys.map(({ privateKeyPem }) => privateKeyPem)).size).toBe(1);
    expect(await ask('d')).toEqual(keys[0]);
  });

  describe('a withdrawal', () => {
    const syncPoint = {
      bootId: BOOT_ID,
      monotonicMs: 1,
      wallMs: 1,
      clockState: 'unset',
      nonceIssuedAtMs: 1,
      receivedAtMs: 2,
    } as const;

    test('erases all of the participant at once and nothing of others, and orders the box', async () => {
      const store = bench.store();
      const [gone, stays] = [await bench.enrol('gone'), await bench.enrol('stays')];
      for (const device of [gone, stays]) {
        await store.append(device, journal.batch(1, 5, { syncPoint }));
        await store.append(device, journal.fork(2, 'clone').batch(3, 6));
        await store.setSettings(SITE, device.deviceId, { novelty: 0.3 });
      }
      expect(await store.orderWithdrawal(SITE, gone.participantId, 'order 1', 9)).toBe('order 1');
      const rows = await store.eventsAfter(SITE, 0, 100);
      expect(new Set(rows.map(({ deviceId }) => deviceId))).toEqual(new Set([stays.deviceId]));
      expect(await store.quarantineCount(SITE)).toBe(4);
      expect(await store.heads(gone)).toEqual([]);
      expect(await store.syncPoints(SITE, gone.deviceId, [BOOT_ID])).toEqual([]);
      expect(await store.syncPoints(SITE, stays.deviceId, [BOOT_ID])).toHaveLength(1);
      expect(await store.deviceByKey('key gone')).toMatchObject({ status: 'withdrawn' });
      expect(await store.downlink(gone)).toEqual({
        downlinkVersion: 2,
        settings: null,
        model: null,
        withdrawal: { orderId: 'order 1', participantId: gone.participantId },
      });
    });

    test('acknowledges late re-sends and keeps nothing of them, before and after the box has erased', async () => {
      const store = bench.store();
      const device = await bench.enrol('a');
      await store.append(device, journal.batch(1, 5));
      await store.orderWithdrawal(SITE, device.participantId, 'order 1', 9);
      const resend = async () => {
        expect(await bench.store().append(device, journal.batch(4, 8, { syncPoint }))).toMatchObject({
          ackedThrough: { epoch: 1, seq: 8 },
          isBehind: false,
          stored: 0,
          quarantined: [],
        });
        expect(await bench.store().eventsAfter(SITE, 0, 10)).toEqual([]);
        expect(await bench.store().heads(device)).toEqual([]);
      };
      await resend();
      expect(await store.confirmWithdrawal(device, 'order 1')).toBe(true);
      await resend();
      await bench.reopen();
      await resend();
    });

    test('ordered again, also after it was confirmed, is the first order', async () => {
      const store = bench.store();
      const device = await bench.enrol('a');
      const order = (orderId: string) => store.orderWithdrawal(SITE, device.participantId, orderId, 9);
      expect(await order('order 1')).toBe('order 1');
      expect(await order('order 2')).toBe('order 1');
      await store.confirmWithdrawal(device, 'order 1');
      expect(await order('order 3')).toBe('order 1');
      expect(await store.orderWithdrawal(SITE, 'nobody', 'order 4', 9)).toBeUndefined();
    });

    test('confirmed, leaves neither the box nor its key; another order is not confirmed', async () => {
      const store = bench.store();
      const device = await bench.enrol('a');
      await store.orderWithdrawal(SITE, device.participantId, 'order 1', 9);
      expect(await store.confirmWithdrawal(device, 'order 2')).toBe(false);
      expect(await store.deviceByKey('key a')).toBeDefined();
      for (let times = 0; times < 2; times += 1) {
        expect(await store.confirmWithdrawal(device, 'order 1')).toBe(true);
      }
      expect(await store.confirmWithdrawal(device, 'order 2')).toBe(false);
      expect(await store.deviceByKey('key a')).toBeUndefined();
      expect(await store.devices(SITE)).toEqual([]);
    });

    test('cannot be undone by revoking the box or enrolling it again', async () => {
      const store = bench.store();
      const device = await bench.enrol('a');
      const { deviceId } = device;
      await store.saveEnrolmentCode({
        siteId: SITE,
        codeHash: 'code b',
        expiresAtMs: 1000,
        forDeviceId: deviceId,
      });
      await store.saveEnrolmentCode({ siteId: SITE, codeHash: 'code c', expiresAtMs: 1000 });
      await store.orderWithdrawal(SITE, device.participantId, 'order 1', 9);
      expect(await store.revoke(SITE, deviceId)).toBe(true);
      expect(await store.enrol(claimOf('b'))).toEqual({ kind: 'codeUnknown' });
      // Its key may not become another device's before the box has erased.
      const sameKey = claimOf('c', { keyThumbprint: 'key a' });
      expect(await store.enrol(sameKey)).toEqual({ kind: 'codeUnknown' });
      expect(await store.deviceByKey('key a')).toMatchObject({ deviceId, status: 'withdrawn' });
      await store.confirmWithdrawal(device, 'order 1');
      expect(await store.enrol(sameKey)).toMatchObject({
        kind: 'enrolled',
        device: { deviceId: 'device c' },
      });
    });
  });
}
