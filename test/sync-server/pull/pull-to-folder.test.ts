import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExportPage, QuarantinePage } from '../../../sync-server/protocol/export-page.ts';
import { ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { pullToFolder } from '../../../sync-server/pull/pull-to-folder.ts';
import { PullError } from '../../../sync-server/pull/read-export.ts';
import { journalEvent } from '../../support/journal-events.ts';
import { parseCsv } from '../../support/parse-csv.ts';

const SITE = '01900000-0000-7000-8000-000000000001';
const DEVICE = '01900000-0000-7000-8000-000000000002';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amecs-pull-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function eventRow(log: number): ExportPage['rows'][number] {
  return {
    log,
    deviceId: DEVICE,
    participantId: DEVICE,
    receivedAtMs: 0,
    event: journalEvent(1, log),
    correctedMs: 1_000 * log,
    timeErrorMs: 10,
    timeBasis: 'syncPoint',
    timeFlags: [],
  };
}

function quarantineRow(seq: number, body: string): QuarantinePage['rows'][number] {
  return {
    deviceId: DEVICE,
    participantId: DEVICE,
    epoch: 1,
    seq,
    reason: 'conflict',
    receivedAtMs: 0,
    body,
  };
}

type Page = Partial<ExportPage> | Partial<QuarantinePage>;

/** Answers with these pages in turn, and remembers what was asked. */
function serverOf(...pages: readonly Page[]) {
  const asked: string[] = [];
  const left = [...pages];
  return {
    asked,
    source: {
      serverUrl: 'http://server.example',
      researcherToken: 'token',
      signal: new AbortController().signal,
      fetch: async (url: unknown) => {
        const { pathname, searchParams } = new URL(String(url));
        asked.push(`${pathname} ${searchParams.get('after')}`);
        const common = {
          siteId: SITE,
          purpose: 'study',
          generation: 'g1',
          next: null,
          quarantined: 0,
          rows: [],
        };
        return Response.json({ ...common, ...left.shift() });
      },
    },
  };
}

const table = (name: string) => parseCsv(readFileSync(join(folder, name), 'utf8'));

describe('a pull', () => {
  test('has the events, then the quarantine as raw as it came', async () => {
    const raw = '{"entry":"=cmd(), \\"quoted\\"","stamp":null}';
    const { source, asked } = serverOf(
      { rows: [eventRow(1)], next: 1, quarantined: 2 },
      { rows: [eventRow(2)], quarantined: 2 },
      { rows: [quarantineRow(5, raw)], next: 1, quarantined: 2 },
      { rows: [quarantineRow(6, '-1')], quarantined: 2 },
    );
    expect(await pullToFolder(folder, source)).toEqual({
      events: 2,
      interactions: 0,
      participants: 1,
      quarantined: 2,
      isDemo: false,
    });
    expect(asked).toEqual([
      `${ROUTES.exportEvents} 0`,
      `${ROUTES.exportEvents} 1`,
      `${ROUTES.exportQuarantine} 0`,
      `${ROUTES.exportQuarantine} 1`,
    ]);
    expect(readdirSync(folder).sort()).toEqual([
      'dictionary.csv',
      'events.csv',
      'interactions.csv',
      'quarantine.csv',
    ]);
    expect(table('events.csv').map(({ corrected_time }) => corrected_time)).toEqual([
      '1970-01-01T00:00:01.000Z',
      '1970-01-01T00:00:02.000Z',
    ]);
    expect(table('quarantine.csv')).toMatchObject([
      { site_id: SITE, epoch: '1', seq: '5', reason: 'conflict', body: raw },
      { seq: '6', body: "'-1" },
    ]);
  });

  const stale = { rows: [eventRow(9)], next: 9, quarantined: 1 };
  const whole: readonly Page[] = [
    { rows: [eventRow(1), eventRow(2)], generation: 'g2' },
    { generation: 'g2' },
  ];

  test.each<[string, readonly Page[]]>([
    ['between two pages', [stale, { generation: 'g2' }]],
    ['before the quarantine', [{ rows: [eventRow(9)] }, { generation: 'g2' }]],
    ['between two pages of the quarantine', [{}, { rows: [], next: 1 }, { generation: 'g2' }]],
  ])(
    'of a server that is restored %s begins again, and nothing of before is in it',
    async (_when, before) => {
      const { source } = serverOf(...before, ...whole);
      expect(await pullToFolder(folder, source)).toMatchObject({ events: 2, quarantined: 0 });
      expect(table('events.csv').map(({ seq }) => seq)).toEqual(['1', '2']);
    },
  );

  test.each<[string, readonly Page[]]>([
    ['since the events were read', [{ quarantined: 2 }, { quarantined: 1 }]],
    ['between two of its pages', [{ quarantined: 2 }, { next: 1, quarantined: 2 }, { quarantined: 3 }]],
  ])('begins again when the quarantine changed %s', async (_when, before) => {
    const { source } = serverOf(...before, ...whole);
    expect(await pullToFolder(folder, source)).toMatchObject({ events: 2 });
  });

  test('of a server that changes again and again ends with a sentence, and the old files stay', async () => {
    writeFileSync(join(folder, 'events.csv'), 'old');
    const { source, asked } = serverOf(
      ...Array.from({ length: 9 }, (_, nth) => ({ ...stale, generation: `g${nth}` })),
    );
    await expect(pullToFolder(folder, source)).rejects.toThrow(PullError);
    expect(asked).toHaveLength(6);
    expect(readdirSync(folder)).toEqual(['events.csv']);
    expect(readFileSync(join(folder, 'events.csv'), 'utf8')).toBe('old');
  });
});
