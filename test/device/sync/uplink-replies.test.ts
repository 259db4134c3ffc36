import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallResult } from '../../../device/sync/server-calls.ts';
import { startUplink } from '../../../device/sync/uplink.ts';
import type { Acknowledgement, CursorAnswer } from '../../../sync-server/protocol/event-batch.ts';
import { createFakeTimers } from '../../support/fake-timers.ts';
import { createJournalOutbox } from '../../support/journal-outbox.ts';

/** A server that says anything the protocol allows, true or not. `ackedShare` is of the batch; above 1 is beyond it. */
const reply = fc.record({
  fault: fc.constantFrom('none', 'none', 'none', 'silence', 'tooLarge'),
  generation: fc.constantFrom('a', 'a', 'a', 'b'),
  heads: fc.uniqueArray(
    fc.record({ epoch: fc.integer({ min: 1, max: 4 }), seq: fc.integer({ min: 0, max: 40 }) }),
    {
      selector: ({ epoch }) => epoch,
      maxLength: 3,
    },
  ),
  epochOffset: fc.constantFrom(0, 0, 0, 0, 1, -1),
  ackedShare: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  isBehind: fc.boolean(),
  newEpoch: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined, freq: 4 }),
});
type Reply = typeof reply extends fc.Arbitrary<infer T> ? T : never;

test('whatever the server says, only what it acknowledged counts as sent, and the order is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 25 }), async (replies) => {
      const timers = createFakeTimers();
      const outbox = createJournalOutbox();
      const acknowledged = new Set<string>();
      let sentInvalid = '';
      const faultOf = ({ fault }: Reply): CallResult<never> | undefined => {
        if (fault === 'silence') return { kind: 'silence', reason: 'nothing' };
        if (fault === 'tooLarge')
          return { kind: 'stranger', status: 413, reason: 'too large', retryAfterMs: 0 };
        return undefined;
      };
      const next = (): Reply | undefined => replies.shift();
      const uplink = startUplink({
        outbox,
        timers,
        random: () => 0.5,
        onEvent: () => {},
        createCalls: () => ({
          async cursor(): Promise<CallResult<CursorAnswer>> {
            const said = next();
            const fault = said && faultOf(said);
            const heads = [...(said?.heads ?? [])].sort((a, b) => a.epoch - b.epoch);
            return (
              fault ?? {
                kind: 'answer',
                value: { heads, generation: said?.generation ?? 'a', downlinkVersion: 0 },
              }
            );
          },
          async send(batch): Promise<CallResult<Acknowledgement>> {
            const said = next();
            const fault = said && faultOf(said);
            if (fault !== undefined) return fault;
            const [first] = await outbox.pending(1);
            if (first?.event.stamp.seq !== batch.firstSeq || first.chainBefore !== batch.chainBefore) {
              sentInvalid = `batch from ${batch.epoch}.${batch.firstSeq} out of turn`;
            }
            const share = said?.ackedShare ?? 1;
            const ackedThrough = {
              epoch: Math.max(0, batch.epoch + (said?.epochOffset ?? 0)),
              seq: Math.max(0, batch.firstSeq - 1 + Math.round(share * batch.events.length)),
            };
            const isBehind = said?.isBehind ?? false;
            for (const { stamp } of batch.events) {
              if (!isBehind && ackedThrough.epoch === batch.epoch && stamp.seq <= ackedThrough.seq) {
                acknowledged.add(`${stamp.epoch}.${stamp.seq}`);
              }
            }
            return {
              kind: 'answer',
              value: {
                ackedThrough,
                isBehind,
                generation: said?.generation ?? 'a',
                quarantined: [],
                downlinkVersion: 0,
                ...(said?.newEpoch === undefined ? {} : { newEpoch: said.newEpoch }),
              },
            };
          },
        }),
      });
      const rest = async (): Promise<void> => {
        for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      };
      try {
        for (let round = 0; round < 8; round += 1) {
          outbox.appendMany(5);
          uplink.kick();
          await rest();
          timers.runNext();
          await rest();
        }
        // From now on it answers as it should.
        replies.length = 0;
        for (let round = 0; round < 30 && (await outbox.pending(1)).length > 0; round += 1) {
          timers.runNext();
          await rest();
        }
        const sent = outbox.events().map(({ stamp }) => `${stamp.epoch}.${stamp.seq}`);
        expect(sentInvalid).toBe('');
        expect(await outbox.pending(1)).toEqual([]);
        expect(sent.filter((place) => !acknowledged.has(place))).toEqual([]);
      } finally {
        await uplink.close();
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);
