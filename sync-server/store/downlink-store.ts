/**
 * What waits for boxes: settings, models, withdrawals. Part of the store. Each change raises the version of every box it
 * concerns, in its own transaction.
 */
import type { DownlinkAnswer, RemoteSettings, WantedModel } from '../protocol/downlink.ts';
import type { EnrolledDevice } from './device-registry.ts';

/** A site's Ed25519 signing key for models: PKCS#8 PEM. */
export interface SigningKey {
  readonly privateKeyPem: string;
}

export interface DownlinkStore {
  downlink(device: EnrolledDevice): Promise<DownlinkAnswer>;
  /** Only its version. */
  downlinkVersion(device: EnrolledDevice): Promise<number>;
  /** Replaces the box's settings; resolves with their new version. Rejects with `UnknownDeviceError` for no such box. */
  setSettings(siteId: string, deviceId: string, values: RemoteSettings): Promise<number>;

  /** The site's signing key; `create` makes it when there is none yet (first caller wins). */
  signingKey(siteId: string, create: () => SigningKey): Promise<SigningKey>;
  /** Makes this the model every box of the site should run. The same model again changes nothing. */
  publishModel(siteId: string, model: WantedModel, bytes: Uint8Array, atMs: number): Promise<void>;
  /** Takes the wanted model back: boxes keep what they run, new ones fetch nothing. */
  unpublishModel(siteId: string): Promise<void>;
  modelBytes(siteId: string, modelId: string): Promise<Uint8Array | undefined>;

  /**
   * Erases all the server has of a participant (events, quarantine, sync points), in one transaction, leaves only a
   * tombstone (HMAC of the ids under a key of this store) that keeps late re-sends out, and orders its boxes to erase
   * too. Ordering twice gives the same order. Undefined when the participant is not known.
   */
  orderWithdrawal(
    siteId: string,
    participantId: string,
    orderId: string,
    atMs: number,
  ): Promise<string | undefined>;
  /** The box has erased: its keys are forgotten. False when there is no such order for it. */
  confirmWithdrawal(device: EnrolledDevice, orderId: string): Promise<boolean>;
}

export class UnknownDeviceError extends Error {
  override readonly name = 'UnknownDeviceError';
}
