import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { journalEventSchema } from '../../../sync-server/protocol/journal-event.ts';
import { MAX_BATCH_EVENTS } from '../../../sync-server/protocol/protocol-limits.ts';
import { type FleetUpload, fleetDay, OUTAGE } from './fleet-day.ts';
import { boxJournal, DAY_MS, FIRST_DAY_MS, nextEvents } from './made-up-journal.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('a made-up journal', () => {
  test('is one a server can read, dense, and never goes back in time', () => {
    fc.assert(
      fc.property(seeds, fc.nat(10_000), (seed, box) => {
        const events = nextEvents(boxJournal(seed, box), 200);
        for (const [index, event] of events.entries()) {
          expect(journalEventSchema.safeParse(event).error).toBeUndefined();
          expect(event.stamp.seq).toBe(index + 1);
          const before = events[index - 1] ?? event;
          expect(event.stamp.wallMs).toBeGreaterThanOrEqual(before.stamp.wallMs);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is the same each time it is asked for, and another for each box and seed', () => {
    const read = (seed: number, box: number): string => JSON.stringify(nextEvents(boxJournal(seed, box), 50));
    expect(read(1, 2)).toBe(read(1, 2));
    expect(new Set([read(1, 2), read(1, 3), read(2, 2), read(2, 3)]).size).toBe(4);
  });
});

describe('the day of a fleet', () => {
  test('sends each journal whole, in order, in batches a server takes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const [box, uploads] of byBox(fleetDay(40, seed))) {
          const sent = uploads.flatMap(({ events }) => events);
          expect(sent).toEqual(nextEvents(boxJournal(seed, box), sent.length));
          expect(uploads.map(({ dueMs }) => dueMs)).toEqual(
            uploads.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b),
          );
          for (const { events } of uploads) expect(events.length).toBeLessThanOrEqual(MAX_BATCH_EVENTS);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('sends nothing before it happened, and nothing during the outage', () => {
    for (const { dueMs, events } of fleetDay(200, 1)) {
      const timeOfDay = (events.at(-1)!.stamp.wallMs - FIRST_DAY_MS) % DAY_MS;
      const isOfToday = events.length < 100;
      if (isOfToday) expect(dueMs).toBeGreaterThanOrEqual(timeOfDay);
      expect(dueMs < OUTAGE.fromMs || dueMs >= OUTAGE.untilMs, `${dueMs}`).toBe(true);
    }
  });

  test('has a herd of most boxes in one instant, and latecomers with a week to send', () => {
    const day = fleetDay(1_000, 1);
    const herd = day.filter(({ isHerd }) => isHerd);
    expect(new Set(herd.map(({ dueMs }) => dueMs))).toEqual(new Set([OUTAGE.untilMs]));
    expect(herd.length).toBeGreaterThan(800);
    expect(new Set(herd.map(({ box }) => box)).size).toBe(herd.length);
    const latecomers = day.filter(({ events }) => events.length > 100);
    expect(latecomers.length).toBeGreaterThan(20);
    expect(latecomers.length).toBeLessThan(50);
  });
});

function byBox(uploads: readonly FleetUpload[]): Map<number, FleetUpload[]> {
  const boxes = new Map<number, FleetUpload[]>();
  for (const upload of uploads) boxes.set(upload.box, [...(boxes.get(upload.box) ?? []), upload]);
  return boxes;
}
