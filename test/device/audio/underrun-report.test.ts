import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUnderrunReport } from '../../../device/audio/underrun-report.ts';

const NONE = { starvations: 0, lateWakes: 0, lateMs: 0, underruns: 0 };
const HOUR_MS = 3_600_000;

describe('the report of pauses in the music', () => {
  test.each([
    [{ starvations: 1 }, /^Music paused for a moment: a song waited for its decoder once\. /],
    [{ lateWakes: 3, lateMs: 41.6 }, /mixing came too late 3 times, by 42 ms in all\./],
    [{ underruns: 2 }, /the sound card ran dry 2 times\./],
    [{ starvations: 1, underruns: 1 }, /decoder once; the sound card ran dry once\./],
  ])('tells %j by name', (counts, message) => {
    expect(createUnderrunReport().hear({ ...NONE, ...counts }, 0)?.message).toMatch(message);
  });

  test('says nothing while nothing happens, and counts from its last line', () => {
    const report = createUnderrunReport();
    expect(report.hear(NONE, 0)).toBeUndefined();
    expect(report.hear({ ...NONE, underruns: 2 }, 500)?.counts.underruns).toBe(2);
    expect(report.hear({ ...NONE, underruns: 2 }, 60_000)).toBeUndefined();
    expect(report.hear({ ...NONE, underruns: 5 }, HOUR_MS)?.counts.underruns).toBe(3);
  });

  test('another audio process counts from nought', () => {
    const report = createUnderrunReport();
    report.hear({ ...NONE, underruns: 5 }, 0);
    report.restart();
    expect(report.hear({ ...NONE, underruns: 1 }, HOUR_MS)?.counts.underruns).toBe(1);
  });

  test('a card that runs dry all day gives fewer than forty lines, and none is lost from their counts', () => {
    const report = createUnderrunReport();
    let lines = 0;
    let told = 0;
    for (let beat = 0; beat < (24 * HOUR_MS) / 500; beat++) {
      const line = report.hear({ ...NONE, underruns: beat }, beat * 500);
      if (line === undefined) continue;
      lines += 1;
      told += line.counts.underruns;
      expect(told).toBe(beat);
    }
    expect(lines).toBeGreaterThan(10);
    expect(lines).toBeLessThan(40);
  });

  test('after a quiet time it is told at once again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (busyLines) => {
        const report = createUnderrunReport();
        let nowMs = 0;
        let underruns = 0;
        for (let line = 0; line < busyLines; ) {
          nowMs += 500;
          if (report.hear({ ...NONE, underruns: ++underruns }, nowMs) !== undefined) line += 1;
        }
        nowMs += 3 * HOUR_MS;
        expect(report.hear({ ...NONE, underruns: ++underruns }, nowMs)).toBeDefined();
        expect(report.hear({ ...NONE, underruns: ++underruns }, nowMs + 10_000)).toBeDefined();
      }),
    );
  });
});
