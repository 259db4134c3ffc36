import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { linkOf, nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import { chainValueSchema } from '../../../sync-server/protocol/place-schemas.ts';
import { journalEvent, journalEvents } from '../../support/journal-events.ts';

const chainOver = (events: readonly unknown[]): string => events.reduce<string>(nextLink, CHAIN_START);

describe('the chain', () => {
  test('is SHA-256 over the chain before and the canonical event', () => {
    // printf '%064d{"a":[1],"b":2}' 0 | sha256sum
    expect(nextLink(CHAIN_START, { b: 2, a: [1] })).toBe(
      '39eca85bb975561dc218fd85d6eebe28dabee63f27dc8712af65f49a3d296856',
    );
  });

  test('is the same for an event that came over the wire, with its keys in any order', () => {
    const event = journalEvent(1, 1, { kind: 'soundLost', reason: 'é\ud800' });
    const { stamp, entry } = event;
    const { epoch, seq, ...rest } = stamp;
    const turned = JSON.parse(JSON.stringify({ entry, stamp: { ...rest, seq, epoch } }));
    expect(nextLink(CHAIN_START, turned)).toBe(nextLink(CHAIN_START, event));
    expect(linkOf(CHAIN_START, canonicalJson(turned))).toBe(nextLink(CHAIN_START, event));
  });

  test('differs from the first place on where two histories part, and never meets again', () => {
    const events = journalEvents(1, 1, 12);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 11 }), (place, length) => {
        const other = events.map((event, index) =>
          index === place ? journalEvent(1, place + 1, { kind: 'shutDown' }) : event,
        );
        const isSame = chainOver(events.slice(0, length + 1)) === chainOver(other.slice(0, length + 1));
        expect(isSame).toBe(length < place);
      }),
      { numRuns: 100 },
    );
  });

  test('differs when events are left out, doubled or exchanged', () => {
    const [a, b, c] = journalEvents(1, 1, 3);
    const chains = [
      [a, b, c],
      [a, c],
      [a, b, b, c],
      [b, a, c],
      [a, b],
    ].map(chainOver);
    expect(new Set(chains).size).toBe(chains.length);
  });

  test('goes on from any link as from the beginning', () => {
    const events = journalEvents(1, 1, 9);
    const middle = chainOver(events.slice(0, 4));
    expect(events.slice(4).reduce<string>(nextLink, middle)).toBe(chainOver(events));
    expect(chainValueSchema.safeParse(middle).success).toBe(true);
  });
});
