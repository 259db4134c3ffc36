/**
 * What every store promises, run on each database. `reopen` ends the store as a killed process would, without closing
 * it, and opens what is there.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { EnrolledDevice, EnrolmentClaim } from '../../../sync-server/store/device-registry.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { describeDownlink } from './downlink-contract.ts';
import { describeEventLog } from './event-log-contract.ts';
import { describeForks } from './fork-contract.ts';
import { describeRegistry } from './registry-contract.ts';

export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export const SITE = '01900000-0000-7000-8000-00000000000a';
export const OTHER_SITE = '01900000-0000-7000-8000-00000000000b';

/** The store of the running test, with one site. */
export interface ContractBench {
  store(): Store;
  reopen(): Promise<Store>;
  enrol(name: string, siteId?: string): Promise<EnrolledDevice>;
}

/** A claim whose code, key and ids are told apart by `name`. */
export function claimOf(name: string, more: Partial<EnrolmentClaim> = {}): EnrolmentClaim {
  return {
    codeHash: `code ${name}`,
    keyThumbprint: `key ${name}`,
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: `public ${name}` },
    deviceId: `device ${name}`,
    participantId: `participant ${name}`,
    atMs: 1,
    ...more,
  };
}

export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`a store on ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    const bench: ContractBench = {
      store: () => store,
      async reopen() {
        store = await under.reopen();
        return store;
      },
      async enrol(deviceName, siteId = SITE) {
        await store.saveEnrolmentCode({ siteId, codeHash: `code ${deviceName}`, expiresAtMs: 1000 });
        const outcome = await store.enrol(claimOf(deviceName));
        if (outcome.kind !== 'enrolled') throw new Error(outcome.kind);
        return outcome.device;
      },
    };

    beforeEach(async () => {
      under = await open();
      store = under.store;
      await store.createSite({ siteId: SITE, purpose: 'study' }, 1);
    });
    afterEach(() => under.dispose());

    describeRegistry(bench);
    describeEventLog(bench);
    describeForks(bench);
    describeDownlink(bench);
  });
}
