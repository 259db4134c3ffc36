/** The checker finds each fault it claims to find, and none where there is none. */
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../sync-server/protocol/canonical-json.ts';
import { CHAIN_START } from '../../sync-server/protocol/chain-value.ts';
import { linkOf } from '../../sync-server/protocol/journal-chain.ts';
import { journalEvent } from '../support/journal-events.ts';
import { findFaults, findFaultsAfterHealing, type Snapshot } from './checker.ts';

const DEVICE = '01900000-0000-7000-8000-00000000000a';

type Journalled = Snapshot['journalled'][number];

/** One box that wrote `count` presses in epoch 1. */
function journal(count: number, mark = 0): Journalled[] {
  let link = CHAIN_START;
  return Array.from({ length: count }, (_, index) => {
    const entry = {
      kind: 'unanswered',
      pressId: index + 1,
      button: 'red',
      emotion: 'angry',
      reason: 'resting',
    };
    const event = { ...journalEvent(1, index + 1, undefined, { wallMs: mark }), entry };
    const body = canonicalJson(event);
    link = linkOf(link, body);
    return { deviceId: DEVICE, epoch: 1, seq: index + 1, body, link };
  });
}

/** A server that has the first `count` of them. */
function healthy(count: number, journalled = journal(5)): Snapshot {
  const kept = journalled.slice(0, count);
  return {
    journalled,
    acknowledged: kept,
    stored: kept.map((each, index) => ({ ...each, log: index + 1 })),
    quarantined: [],
    heads: [{ deviceId: DEVICE, epoch: 1, seq: count, chain: kept.at(-1)!.link }],
    replayed: new Set(),
    staysOnCard: new Set(),
    hasClones: false,
  };
}

const whole = healthy(5);
const part = healthy(3);
const stranger = journal(5, 1);

test('nothing is wrong with a server that has part of what was written, nor with one that has all', () => {
  expect(findFaults(part)).toEqual([]);
  expect(findFaultsAfterHealing(whole)).toEqual([]);
});

test('an unreadable event counts as kept and has its place in the chain', () => {
  const quarantined = [{ ...whole.stored[4]!, reason: 'unreadable' }];
  expect(findFaultsAfterHealing({ ...whole, stored: whole.stored.slice(0, 4), quarantined })).toEqual([]);
});

describe('what is wrong is named', () => {
  const broken: Record<string, [Partial<Snapshot>, RegExp]> = {
    'an event acknowledged and not kept': [
      { acknowledged: whole.journalled },
      /acknowledged but not kept: .* 1\.4/,
    ],
    'a log number left out': [
      { stored: part.stored.map((each) => ({ ...each, log: each.log + Number(each.log > 2) })) },
      /not dense: 4 where 3/,
    ],
    'an event stored twice': [
      { stored: [...part.stored, { ...part.stored[0]!, log: 4 }] },
      /place stored twice: .* 1\.1/,
    ],
    'an event both stored and in quarantine': [
      { quarantined: [{ ...part.stored[0]!, reason: 'unreadable' }] },
      /kept twice/,
    ],
    'a press counted twice at two places': [
      {
        stored: [
          ...part.stored,
          {
            ...part.stored[2]!,
            seq: 4,
            log: 4,
            body: part.stored[2]!.body.replace('"seq":3', '"seq":4'),
          },
        ],
      },
      /press counted twice/,
    ],
    'an event nobody wrote': [{ stored: healthy(3, stranger).stored }, /no box wrote this/],
    'a gap below the head': [
      {
        stored: part.stored
          .filter(({ seq }) => seq !== 2)
          .map((each, index) => ({ ...each, log: index + 1 })),
      },
      /gap at .* 1\.2 under head 3/,
    ],
    'a head before its events': [{ heads: [{ ...part.heads[0]!, seq: 2 }] }, /1 events lie beyond/],
    'a chain that is not the events': [
      { heads: [{ ...part.heads[0]!, chain: CHAIN_START }] },
      /chain is not its/,
    ],
    'a chain no journal has': [
      { journalled: part.journalled.map((each) => ({ ...each, link: CHAIN_START })) },
      /no journal has this chain/,
    ],
    'events stored backwards': [
      { stored: part.stored.map((each, index) => ({ ...each, log: 3 - index })) },
      /stored out of order/,
    ],
    'a conflict where nobody cloned a card': [
      { quarantined: [{ ...part.journalled[4]!, reason: 'conflict' }] },
      /a conflict without a clone/,
    ],
  };

  test.each(Object.entries(broken))('%s', (_what, [change, message]) => {
    const faults = findFaults({ ...part, ...change });
    expect(faults.join('\n')).toMatch(message);
  });

  test('an event that never arrived', () => {
    expect(findFaults(part)).toEqual([]);
    expect(findFaultsAfterHealing(part).join('\n')).toMatch(/never arrived: .* 1\.4\nnever arrived: .* 1\.5/);
  });
});
