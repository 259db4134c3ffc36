/**
 * Who may talk to the server: sites, researchers, one-time codes, boxes and their keys. Part of the store (store.ts).
 */
import type { PublicKey } from '../protocol/enrolment.ts';
import type { SitePurpose } from '../protocol/export-page.ts';

/** A place of a study, with its own log of events. */
export interface Site {
  readonly siteId: string;
  readonly purpose: SitePurpose;
}

/** A box and the child it belongs to. */
export interface EnrolledDevice {
  readonly siteId: string;
  readonly deviceId: string;
  readonly participantId: string;
}

/** active: it may sync; revoked: told so by name; withdrawn: its child's data are erased and never come back. */
export type DeviceStatus = 'active' | 'revoked' | 'withdrawn';

export interface KnownDevice extends EnrolledDevice {
  readonly status: DeviceStatus;
  /** `next`: registered by a rotation and not used yet; the current key still works until this one is used. */
  readonly keyRole: 'current' | 'next';
}

/** What an enrolment binds together; the code comes as a hash. */
export interface EnrolmentClaim {
  readonly codeHash: string;
  /** RFC 7638 thumbprint of the box's key, base64url. */
  readonly keyThumbprint: string;
  readonly publicKey: PublicKey;
  /** Used when the code is used for the first time; a repeated claim keeps the first ids. */
  readonly deviceId: string;
  readonly participantId: string;
  readonly atMs: number;
}

export type EnrolmentOutcome =
  | { readonly kind: 'enrolled'; readonly device: EnrolledDevice }
  | { readonly kind: 'codeUnknown' }
  | { readonly kind: 'codeExpired' }
  | { readonly kind: 'codeUsed' };

/** A line of `amecs server boxes`. */
export interface DeviceSummary extends EnrolledDevice {
  readonly status: DeviceStatus;
  readonly enrolledAtMs: number;
  readonly events: number;
  /** When the server last took a batch of it; undefined before the first. */
  readonly lastReceivedAtMs: number | undefined;
}

export interface DeviceRegistry {
  sites(): Promise<readonly Site[]>;
  createSite(site: Site, atMs: number): Promise<void>;
  /** The first site; makes `site` when there is none. Of several processes at once one makes it and all get that one. */
  ensureSite(site: Site, atMs: number): Promise<Site>;

  /** Replaces the site's researcher token. */
  setResearcherToken(siteId: string, tokenHash: string): Promise<void>;
  siteByResearcherToken(tokenHash: string): Promise<(Site & { readonly tokenHash: string }) | undefined>;

  /** `forDeviceId`: whoever uses the code becomes that box again (same journal, same participant), with its own key. */
  saveEnrolmentCode(code: {
    readonly siteId: string;
    readonly codeHash: string;
    readonly expiresAtMs: number;
    readonly forDeviceId?: string;
  }): Promise<void>;
  /**
   * Uses a code, once. The same code with the same key again gives the same device, so a lost reply can be asked for
   * again until the code expires. A code for a known device replaces its keys and makes it active again (unless withdrawn).
   */
  enrol(claim: EnrolmentClaim): Promise<EnrolmentOutcome>;
  /** The box a key belongs to, whatever its status; undefined for keys never seen and keys replaced. */
  deviceByKey(keyThumbprint: string): Promise<KnownDevice | undefined>;
  /** Registers the key as the box's next; an earlier unused next key is forgotten. */
  registerNextKey(device: EnrolledDevice, keyThumbprint: string, publicKey: PublicKey): Promise<void>;
  /** The next key was used: it is the current one now, and the old one is unknown. Doing it twice changes nothing. */
  promoteNextKey(device: EnrolledDevice, keyThumbprint: string): Promise<void>;
  /** False when there is no such device. */
  revoke(siteId: string, deviceId: string): Promise<boolean>;
  devices(siteId: string): Promise<readonly DeviceSummary[]>;

  /** Key of the server's nonces, 32 bytes, the same for every process on this store. */
  nonceKey(): Promise<Uint8Array>;
  /**
   * Remembers a proof until `expiresAtMs`; false when it is remembered already. Every process on this store shares the
   * memory. Proofs whose time is over at `nowMs` are forgotten.
   */
  rememberProof(proofHash: string, expiresAtMs: number, nowMs: number): Promise<boolean>;
}
