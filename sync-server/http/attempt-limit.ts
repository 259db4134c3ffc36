/**
 * How often something may be tried: a bucket of attempts for each key, filling up again with time. In bounded memory;
 * every server process counts by itself.
 */

export interface AttemptLimit {
  /** Takes an attempt of `key`. 0 when there was one; otherwise the ms until there is. */
  take(key: string): number;
  /** Undoes a `take` that was no guess. */
  giveBack(key: string): void;
}

export interface AttemptLimitParts {
  /** At once, and again within `windowMs`. */
  readonly attempts: number;
  readonly windowMs: number;
  /** Keys remembered; with more, those not used for longest start anew. */
  readonly maxKeys: number;
  /** Milliseconds; may step. */
  readonly now: () => number;
}

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

export function createAttemptLimit({ attempts, windowMs, maxKeys, now }: AttemptLimitParts): AttemptLimit {
  /** Those used last are at the end. */
  const buckets = new Map<string, Bucket>();
  const msPerAttempt = windowMs / attempts;

  function leftOf(key: string): number {
    const bucket = buckets.get(key);
    if (bucket === undefined) return attempts;
    const refilled = Math.max(0, now() - bucket.atMs) / msPerAttempt;
    return Math.min(attempts, bucket.left + refilled);
  }

  function keep(key: string, left: number): void {
    buckets.delete(key);
    if (left >= attempts) return;
    buckets.set(key, { left, atMs: now() });
    if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value!);
  }

  return {
    take(key) {
      const left = leftOf(key);
      keep(key, left >= 1 ? left - 1 : left);
      return left >= 1 ? 0 : (1 - left) * msPerAttempt;
    },
    giveBack(key) {
      keep(key, leftOf(key) + 1);
    },
  };
}

/** The network an address belongs to: itself, or the /64 of an IPv6 address, since one subscriber has all of it. */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return bare;
  const [head = '', tail] = bare.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail?.split(':') ?? [])];
  return `${all.slice(0, 4).join(':')}::/64`;
}
