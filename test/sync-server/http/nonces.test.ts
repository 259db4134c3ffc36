import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNonces, nonceEndsAtMs } from '../../../sync-server/http/nonces.ts';
import { NONCE_LIFETIME_MS } from '../../../sync-server/protocol/protocol-limits.ts';

const KEY = new Uint8Array(32).fill(7);
const START_MS = Date.UTC(2026, 0, 2);

/** Of one server process; its randomness is a count. */
function noncesOf({ key = KEY, skewMs = 0 } = {}) {
  let nowMs = START_MS;
  let count = 0;
  const nonces = createNonces({
    key: async () => key,
    now: () => nowMs + skewMs,
    randomBytes(size) {
      count += 1;
      return new Uint8Array(size).fill(count);
    },
  });
  return {
    ...nonces,
    goTo(ms: number) {
      nowMs = ms;
    },
  };
}

describe('a nonce', () => {
  test('tells when it was made, to any process with the key, and to no other', async () => {
    const nonce = await noncesOf().make();
    expect(nonce).toMatch(/^[\w-]{43}$/);
    expect(await noncesOf().issuedAtMs(nonce)).toBe(START_MS);
    expect(await noncesOf({ key: new Uint8Array(32) }).issuedAtMs(nonce)).toBeUndefined();
  });

  test('differs each time, also within a millisecond', async () => {
    const nonces = noncesOf();
    const made = await Promise.all(Array.from({ length: 50 }, () => nonces.make()));
    expect(new Set(made).size).toBe(50);
  });

  test.each([
    ['at once', 0, true],
    ['to the last millisecond', NONCE_LIFETIME_MS - 1, true],
    ['no longer', NONCE_LIFETIME_MS, false],
    ['on a process whose clock is a minute behind', -60_000, true],
    ['but not from the future', -60_001, false],
  ])('is good %s', async (_, laterMs, isGood) => {
    const nonces = noncesOf();
    const nonce = await nonces.make();
    nonces.goTo(START_MS + laterMs);
    expect(await nonces.issuedAtMs(nonce)).toBe(isGood ? START_MS : undefined);
  });

  test('is remembered at least as long as any process takes it, whatever their clocks', async () => {
    const nonce = await noncesOf().make();
    const behind = noncesOf({ skewMs: -60_000 });
    behind.goTo(nonceEndsAtMs(START_MS));
    expect(await behind.issuedAtMs(nonce)).toBeUndefined();
    behind.goTo(nonceEndsAtMs(START_MS) - 1);
    expect(await behind.issuedAtMs(nonce)).toBe(START_MS);
  });

  test('with any bit turned, cut or lengthened, is none', async () => {
    const bytes = Buffer.from(await noncesOf().make(), 'base64url');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const bent = Buffer.from(bytes);
        bent[bit >> 3]! ^= 1 << (bit & 7);
        expect(await noncesOf().issuedAtMs(bent.toString('base64url'))).toBeUndefined();
      }),
    );
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      expect(await noncesOf().issuedAtMs(wrong.toString('base64url'))).toBeUndefined();
    }
  });

  test('can be made again after the store could not tell the key once', async () => {
    let isDown = true;
    const nonces = createNonces({
      key: async () => {
        if (isDown) throw new Error('not now');
        return KEY;
      },
      now: () => START_MS,
      randomBytes: (size) => new Uint8Array(size),
    });
    await expect(nonces.make()).rejects.toThrow('not now');
    isDown = false;
    expect(await nonces.issuedAtMs(await nonces.make())).toBe(START_MS);
  });
});
