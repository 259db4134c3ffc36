import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportRow } from '../../../sync-server/protocol/export-page.ts';
import type { BootStart } from '../../../sync-server/store/event-log.ts';
import { MAX_NEIGHBOURS } from '../../../sync-server/time/boot-order.ts';
import { type ClockRecords, timeRows } from '../../../sync-server/time/time-of-rows.ts';
import { journalEvent } from '../../support/journal-events.ts';
import { type SimulatedBoot, simulatedBoot } from './simulated-boot.ts';

const START_MS = Date.UTC(2026, 2, 1);
const SITE = '01900000-0000-7000-8000-000000000001';
const DEVICE = '01900000-0000-7000-8000-000000000002';
const HOUR_MS = 3_600_000;

/** Boots one after the other in one journal; the monotonic clock begins again with each. */
const journal: fc.Arbitrary<readonly SimulatedBoot[]> = fc
  .array(fc.integer({ min: 0, max: 30 * 24 * HOUR_MS }), { minLength: 1, maxLength: 8 })
  .chain((pausesMs) => {
    let boots: fc.Arbitrary<readonly SimulatedBoot[]> = fc.constant([]);
    for (const pauseMs of pausesMs) {
      boots = boots.chain((earlier) => {
        const from = (earlier.at(-1)?.endTrueMs ?? START_MS) + pauseMs;
        return simulatedBoot(from, { maxHours: 24, maxExchanges: 2 }).map((boot) => [...earlier, boot]);
      });
    }
    return boots;
  });

interface TrueRow extends ExportRow {
  readonly trueMs: number;
}

function rowsOf(boots: readonly SimulatedBoot[], epoch = 1): readonly TrueRow[] {
  const endTrueMs = boots.at(-1)!.endTrueMs;
  return boots
    .flatMap(({ bootId, events }) => events.map((event) => ({ bootId, ...event })))
    .map(({ bootId, trueMs, monotonicMs }, index) => ({
      log: index + 1,
      deviceId: DEVICE,
      participantId: DEVICE,
      receivedAtMs: Math.ceil(endTrueMs),
      event: journalEvent(epoch, index + 1, undefined, {
        bootId,
        monotonicMs,
        wallMs: 0,
        clockState: 'unset',
      }),
      trueMs,
    }));
}

/** The store's view of the boots, counting how often it is asked. */
function recordsOf(boots: readonly SimulatedBoot[], rows: readonly TrueRow[]) {
  const asked = { syncPoints: 0, bootStarts: 0 };
  const starts: BootStart[] = boots.map(({ bootId }) => {
    const { epoch, seq, monotonicMs } = rows.find(({ event }) => event.stamp.bootId === bootId)!.event.stamp;
    return { bootId, epoch, seq, monotonicMs };
  });
  const records: ClockRecords = {
    async syncPoints(_siteId, _deviceId, bootIds) {
      asked.syncPoints += 1;
      return boots.flatMap(({ bootId, points }) => (bootIds.includes(bootId) ? points : []));
    },
    async bootStarts() {
      asked.bootStarts += 1;
      return starts;
    },
  };
  return { records, asked };
}

describe('the times of a page', () => {
  test('hold the true time in every boot, silent or not', async () => {
    const bases = new Map<string | null, number>();
    await fc.assert(
      fc.asyncProperty(journal, async (boots) => {
        const rows = rowsOf(boots);
        const timed = await timeRows(SITE, rows, recordsOf(boots, rows).records);
        timed.forEach(({ correctedMs, timeErrorMs, timeBasis, timeFlags }, index) => {
          bases.set(timeBasis, (bases.get(timeBasis) ?? 0) + 1);
          expect(timeFlags).not.toContain('clockSuspicious');
          if (correctedMs === null) return;
          expect(Math.abs(correctedMs - rows[index]!.trueMs)).toBeLessThanOrEqual(timeErrorMs!);
        });
      }),
      { numRuns: 150 },
    );
    expect(bases.get('syncPoint')).toBeGreaterThan(50);
    expect(bases.get('order')).toBeGreaterThan(50);
  });

  test('are the same however the rows are cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(journal, fc.integer({ min: 1, max: 20 }), async (boots, pageRows) => {
        const rows = rowsOf(boots);
        const { records } = recordsOf(boots, rows);
        const whole = await timeRows(SITE, rows, records);
        const paged = [];
        for (let from = 0; from < rows.length; from += pageRows) {
          paged.push(...(await timeRows(SITE, rows.slice(from, from + pageRows), records)));
        }
        expect(paged).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  const [first, silent, last] = fc.sample(
    fc.tuple(
      simulatedBoot(START_MS).filter(({ points }) => points.length > 0),
      simulatedBoot(START_MS + 100 * HOUR_MS, { maxHours: 1, maxExchanges: 0 }),
      simulatedBoot(START_MS + 200 * HOUR_MS).filter(({ points }) => points.length > 0),
    ),
    { numRuns: 1, seed: 7 },
  )[0]!;

  test('ask the store once a box when every boot spoke, and three times at most', async () => {
    const talking = rowsOf([first, last]);
    const quick = recordsOf([first, last], talking);
    await timeRows(SITE, talking, quick.records);
    expect(quick.asked).toEqual({ syncPoints: 1, bootStarts: 0 });

    const rows = rowsOf([first, silent, last]);
    const slow = recordsOf([first, silent, last], rows);
    await timeRows(SITE, rows.slice(first.events.length, first.events.length + 1), slow.records);
    expect(slow.asked).toEqual({ syncPoints: 2, bootStarts: 1 });
  });

  test('of a silent boot rest on its neighbours, and on nothing across epochs', async () => {
    const boots = [first, silent, last];
    const rows = rowsOf(boots);
    const { records } = recordsOf(boots, rows);
    const ofSilent = rows.filter(({ event }) => event.stamp.bootId === silent.bootId);
    const timed = await timeRows(SITE, ofSilent, records);
    expect(timed.map(({ timeBasis }) => timeBasis)).toEqual(ofSilent.map(() => 'order'));

    const forked: ClockRecords = {
      ...records,
      async bootStarts(...box) {
        const starts = await records.bootStarts(...box);
        return starts.map((start, index) => ({ ...start, epoch: index + 1 }));
      },
    };
    const alone = await timeRows(SITE, ofSilent, forked);
    expect(alone.map(({ timeBasis }) => timeBasis)).toEqual(ofSilent.map(() => null));
  });

  test(`of a boot that is more than ${MAX_NEIGHBOURS} silent boots away from any other stay unknown`, async () => {
    const starts = Array.from({ length: 2 * MAX_NEIGHBOURS + 3 }, (_, index): BootStart => {
      const bootId = index === 0 ? first.bootId : `silent-${index}`;
      return { bootId, epoch: 1, seq: index * 10 + 1, monotonicMs: 0 };
    });
    const records = {
      ...recordsOf([first], rowsOf([first])).records,
      bootStarts: async () => [...starts, { bootId: last.bootId, epoch: 1, seq: 5_000, monotonicMs: 0 }],
    };
    const row = rowsOf([silent])[0]!;
    const middle = { ...row.event.stamp, bootId: `silent-${MAX_NEIGHBOURS + 1}` };
    const [timed] = await timeRows(SITE, [{ ...row, event: { ...row.event, stamp: middle } }], records);
    expect(timed!.timeBasis).toBeNull();
  });
});
