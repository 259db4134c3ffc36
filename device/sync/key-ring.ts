/**
 * The keys of an enrolled box: the one in use, during a rotation the next one, and a few former ones. Whichever key the
 * server accepts is the one in use: neither a reply lost anywhere nor a server restored from a backup locks a box out.
 */
import { createDeviceKey, type DeviceKey } from './device-key.ts';
import { type Identity, MAX_FORMER_KEYS } from './identity-file.ts';

/** A key is replaced after this long, so that a card somebody copied is of no use to them for longer: 30 days. */
export const KEY_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

/** The most a request tries; a box the server does not know asks again every hour (uplink-events.ts). */
export const MAX_CANDIDATES = 4;

export interface KeyRing {
  current(): DeviceKey;
  /** A next key is on the card, and the server has not accepted it yet. */
  isRotating(): boolean;
  /**
   * Keys to try, in this order and each only if the server does not know the one before: the next, the current, former
   * ones newest first. Up to MAX_CANDIDATES, never empty; the same list until the ring changes.
   */
  candidates(): readonly DeviceKey[];
  /**
   * The server accepted this one of `candidates`, at `serverMs` on its clock: it is the current one from now on. Without
   * effect when the ring has changed since it gave `candidates`: the reply tells of an earlier time.
   */
  accepted(key: DeviceKey, candidates: readonly DeviceKey[], serverMs: number | undefined): Promise<void>;
  /** The server knows none of the candidates: a former key that was not among them has its turn with the next ones. */
  allRefused(): void;
  /** The next key, saved before it is given; the same one until it is accepted. */
  nextKey(): Promise<DeviceKey>;
  /** Whether the key in use is due to be replaced, by the server's clock: the box's own may be anything. */
  isRotationDue(serverMs: number): boolean;
}

/** Keys of `identity`; `save` keeps each change of it, and resolves once that is durable. One save at a time. */
export function createKeyRing(identity: Identity, save: (identity: Identity) => Promise<void>): KeyRing {
  let ring = identity;
  let candidates = candidatesOf(ring, 0);
  let refusals = 0;
  let changing: Promise<unknown> = Promise.resolve();

  function change(to: Identity): void {
    ring = to;
    refusals = 0;
    candidates = candidatesOf(ring, refusals);
  }

  /** Changes follow each other, so that no save undoes another. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = changing.then(work);
    changing = done.catch(() => {});
    return done;
  }

  return {
    current: () => ring.key,
    isRotating: () => ring.nextKey !== undefined,
    candidates: () => candidates,
    async accepted(key, among, serverMs) {
      if (key === ring.key) return;
      await inTurn(async () => {
        if (among !== candidates) return;
        change(withCurrent(ring, key, serverMs));
        // A card that cannot be written still holds every key: after a restart this one is found again.
        await save(ring).catch(() => {});
      });
    },
    allRefused() {
      refusals += 1;
      candidates = candidatesOf(ring, refusals);
    },
    nextKey: () =>
      inTurn(async () => {
        if (ring.nextKey !== undefined) return ring.nextKey;
        const nextKey = createDeviceKey();
        const changed = { ...ring, nextKey };
        await save(changed);
        change(changed);
        return nextKey;
      }),
    isRotationDue: (serverMs) =>
      ring.keySinceMs === undefined || Math.abs(serverMs - ring.keySinceMs) >= KEY_LIFETIME_MS,
  };
}

/** A rotation under way leaves room for all former keys but one: they take turns, refusal by refusal. */
function candidatesOf({ nextKey, key, formerKeys = [] }: Identity, refusals: number): readonly DeviceKey[] {
  const newest = nextKey === undefined ? [key] : [nextKey, key];
  const room = MAX_CANDIDATES - newest.length;
  const skipped = formerKeys.length > room ? refusals % formerKeys.length : 0;
  return [...newest, ...[...formerKeys.slice(skipped), ...formerKeys.slice(0, skipped)].slice(0, room)];
}

/** The identity with `key`, one of its others, as the one in use. */
function withCurrent(identity: Identity, key: DeviceKey, serverMs: number | undefined): Identity {
  const { nextKey, keySinceMs: _, formerKeys = [], ...rest } = identity;
  const formerNow = [identity.key, ...formerKeys.filter((former) => former !== key)].slice(
    0,
    MAX_FORMER_KEYS,
  );
  const changed = { ...rest, key, formerKeys: formerNow };
  if (key === nextKey) return serverMs === undefined ? changed : { ...changed, keySinceMs: serverMs };
  // A former key was in use for its time: without `keySinceMs` it is due to be replaced at once, by the same next key
  // if there is one, for a server that is put back once more may know it.
  return nextKey === undefined ? changed : { ...changed, nextKey };
}
