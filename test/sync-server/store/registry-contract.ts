/** Sites, codes, keys and proofs. */
import { describe, expect, test } from 'vitest';
import { UnknownDeviceError } from '../../../sync-server/store/downlink-store.ts';
import { type ContractBench, claimOf, OTHER_SITE, SITE } from './store-contract.ts';

const publicKey = { kty: 'OKP', crv: 'Ed25519', x: 'another' } as const;

export function describeRegistry(bench: ContractBench): void {
  const saveCode = (name: string, forDeviceId?: string) =>
    bench.store().saveEnrolmentCode({
      siteId: SITE,
      codeHash: `code ${name}`,
      expiresAtMs: 1000,
      ...(forDeviceId === undefined ? {} : { forDeviceId }),
    });

  describe('enrolment', () => {
    test('a code is refused when unknown, expired or used by another key', async () => {
      expect(await bench.store().enrol(claimOf('a'))).toEqual({ kind: 'codeUnknown' });
      await bench.enrol('a');
      expect(await bench.store().enrol(claimOf('a', { keyThumbprint: 'b' }))).toEqual({ kind: 'codeUsed' });
      expect(await bench.store().enrol(claimOf('a', { atMs: 1000 }))).toEqual({ kind: 'codeExpired' });
    });

    test('the same code with the same key again gives the same device', async () => {
      const device = await bench.enrol('a');
      const again = claimOf('a', { deviceId: 'x', participantId: 'y', atMs: 999 });
      expect(await bench.store().enrol(again)).toEqual({ kind: 'enrolled', device });
    });

    test('of five boxes with one code at once one gets it', async () => {
      await saveCode('a');
      const claims = ['1', '2', '3', '4', '5'].map((name) => claimOf(name, { codeHash: 'code a' }));
      const outcomes = await Promise.all(claims.map((claim) => bench.store().enrol(claim)));
      const kinds = outcomes.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['codeUsed', 'codeUsed', 'codeUsed', 'codeUsed', 'enrolled']);
      expect(await bench.store().devices(SITE)).toHaveLength(1);
    });

    test('a key is known by its device, and a key of nobody by none', async () => {
      const device = await bench.enrol('a');
      expect(await bench.store().deviceByKey('key a')).toEqual({
        ...device,
        status: 'active',
        keyRole: 'current',
      });
      expect(await bench.store().deviceByKey('key b')).toBeUndefined();
    });

    test('a code for a known box gives it back with another key, active again, and voids the old key', async () => {
      const device = await bench.enrol('a');
      await bench.store().revoke(SITE, device.deviceId);
      await saveCode('again', device.deviceId);
      expect(await bench.store().enrol(claimOf('again'))).toEqual({ kind: 'enrolled', device });
      expect(await bench.store().deviceByKey('key a')).toBeUndefined();
      expect(await bench.store().deviceByKey('key again')).toMatchObject({ ...device, status: 'active' });
      expect(await bench.store().devices(SITE)).toHaveLength(1);
    });

    test('the old key with its old code does not come back after a card was replaced', async () => {
      const device = await bench.enrol('a');
      await saveCode('again', device.deviceId);
      await bench.store().enrol(claimOf('again'));
      await bench.store().enrol(claimOf('a'));
      expect(await bench.store().deviceByKey('key a')).toBeUndefined();
      expect(await bench.store().deviceByKey('key again')).toMatchObject(device);
    });

    test('a code for a box nobody knows is not made', async () => {
      await bench.store().createSite({ siteId: OTHER_SITE, purpose: 'study' }, 1);
      const elsewhere = await bench.enrol('other', OTHER_SITE);
      for (const deviceId of ['nobody', elsewhere.deviceId]) {
        await expect(saveCode('a', deviceId)).rejects.toBeInstanceOf(UnknownDeviceError);
      }
    });

    test('a box that enrols anew with the key it has becomes the new device', async () => {
      await bench.enrol('a');
      await saveCode('b');
      await bench.store().enrol(claimOf('b', { keyThumbprint: 'key a' }));
      expect(await bench.store().deviceByKey('key a')).toMatchObject({ deviceId: 'device b' });
    });
  });

  describe('keys', () => {
    test('a next key works beside the current one until it is promoted, twice or once', async () => {
      const device = await bench.enrol('a');
      await bench.store().registerNextKey(device, 'forgotten', publicKey);
      await bench.store().registerNextKey(device, 'next', publicKey);
      expect(await bench.store().deviceByKey('forgotten')).toBeUndefined();
      expect(await bench.store().deviceByKey('next')).toMatchObject({ ...device, keyRole: 'next' });
      expect(await bench.store().deviceByKey('key a')).toMatchObject({ ...device, keyRole: 'current' });

      await Promise.all([1, 2, 3].map(() => bench.store().promoteNextKey(device, 'next')));
      expect(await bench.store().deviceByKey('next')).toMatchObject({ ...device, keyRole: 'current' });
      expect(await bench.store().deviceByKey('key a')).toBeUndefined();
    });

    test('registering the current key, or promoting it or an unknown one, changes nothing', async () => {
      const device = await bench.enrol('a');
      await bench.store().registerNextKey(device, 'next', publicKey);
      await bench.store().promoteNextKey(device, 'key a');
      expect(await bench.store().deviceByKey('next')).toMatchObject({ keyRole: 'next' });
      await bench.store().registerNextKey(device, 'key a', publicKey);
      await bench.store().promoteNextKey(device, 'nobody');
      expect(await bench.store().deviceByKey('key a')).toMatchObject({ keyRole: 'current' });
    });
  });

  test('a revoked box is known as revoked; nobody else can be', async () => {
    const device = await bench.enrol('a');
    expect(await bench.store().revoke(SITE, device.deviceId)).toBe(true);
    expect(await bench.store().deviceByKey('key a')).toMatchObject({ status: 'revoked' });
    expect(await bench.store().revoke(SITE, 'nobody')).toBe(false);
    expect(await bench.store().revoke(OTHER_SITE, device.deviceId)).toBe(false);
  });

  test('a proof is new once while it lives, and again afterwards', async () => {
    const store = bench.store();
    expect(await store.rememberProof('p', 1000, 0)).toBe(true);
    expect(await store.rememberProof('p', 1000, 999)).toBe(false);
    expect(await store.rememberProof('q', 1000, 999)).toBe(true);
    expect(await store.rememberProof('p', 2000, 1000)).toBe(true);
    // Long after, when what is over has been forgotten.
    expect(await store.rememberProof('r', 500_000, 400_000)).toBe(true);
    expect(await store.rememberProof('p', 500_000, 400_000)).toBe(true);
    expect(await store.rememberProof('r', 500_000, 400_000)).toBe(false);
  });

  test('of five copies of a proof at once one is new', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => bench.store().rememberProof('p', 1000, 0)));
    expect(answers.filter((isNew) => isNew)).toHaveLength(1);
  });

  test('the nonce key has 32 bytes and stays', async () => {
    const key = await bench.store().nonceKey();
    expect(key).toHaveLength(32);
    expect(await bench.store().nonceKey()).toEqual(key);
  });

  test('a researcher token belongs to one site and is replaced by the next', async () => {
    const store = bench.store();
    await store.setResearcherToken(SITE, 'first');
    await store.setResearcherToken(SITE, 'second');
    expect(await store.siteByResearcherToken('first')).toBeUndefined();
    expect(await store.siteByResearcherToken('second')).toEqual({
      siteId: SITE,
      purpose: 'study',
      tokenHash: 'second',
    });
  });

  test('the first site is the one that is there', async () => {
    const wanted = { siteId: OTHER_SITE, purpose: 'demo' } as const;
    expect(await bench.store().ensureSite(wanted, 2)).toEqual({ siteId: SITE, purpose: 'study' });
    expect(await bench.store().sites()).toHaveLength(1);
  });

  test('a renewed generation is another one and stays', async () => {
    const first = await bench.store().generation();
    const second = await bench.store().renewGeneration();
    expect(second).not.toBe(first);
    expect(await (await bench.reopen()).generation()).toBe(second);
  });
}
