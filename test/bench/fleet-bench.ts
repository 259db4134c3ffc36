/**
 * A thousand boxes and their server: how many events a second it takes (SQLite in one process, PostgreSQL with two), how
 * it bears a day with an outage, what it takes of memory, and whether anything was lost or doubled; beside PouchDB
 * replicating the same events to express-pouchdb in the same run. The fleet shares the machine with the servers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Benchmark, type BenchResult, percentile } from './benchmark.ts';
import { startBenchPostgres } from './fleet/bench-postgres.ts';
import { type FleetServers, startFleetServers } from './fleet/fleet-servers.ts';
import { boxJournal, nextEvents } from './fleet/made-up-journal.ts';
import { type DayResult, dayRows, herdFairness, playDay } from './fleet/play-day.ts';
import { type PouchResult, racePouch } from './fleet/pouch-rival.ts';
import { measureThroughput, sealBacklog, type ThroughputResult, throughputRows } from './fleet/throughput.ts';

const SEED = 6;
/**
 * The fleet of the day, and how long the day takes for each box, so that more boxes are not played faster than fewer; full
 * batches that `backlogBoxes` boxes have to send each; documents PouchDB has.
 */
const SIZES = {
  whole: {
    boxes: 1_000,
    secondsABox: 0.1,
    backlogBoxes: 40,
    sqliteBatches: 50,
    postgresBatches: 20,
    pouchDocuments: 30_000,
  },
  quick: {
    boxes: 200,
    secondsABox: 0.05,
    backlogBoxes: 16,
    sqliteBatches: 10,
    postgresBatches: 10,
    pouchDocuments: 5_000,
  },
} as const;

type Row = BenchResult['rows'][number];

/** What one store made of the backlog, and then of the day. */
interface StoreResult {
  readonly throughput: ThroughputResult;
  readonly day: DayResult;
}

/** `--boxes N` plays the day of more or fewer; `--quick` measures less of everything. */
export const fleetBench: Benchmark = async (progress, argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { boxes: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const size = values.quick ? SIZES.quick : SIZES.whole;
  const boxes = Number(values.boxes ?? size.boxes);
  if (!Number.isInteger(boxes) || boxes < 1) throw new Error('--boxes takes a whole number from 1');
  const load = loadWords();
  const folder = await mkdtemp(join(tmpdir(), 'amecs-bench-fleet-'));

  async function measure(what: string, servers: FleetServers, batches: number): Promise<StoreResult> {
    const tell = (line: string): void => progress(`${what}: ${line}`);
    try {
      tell('writing the backlog');
      const throughput = await measureThroughput(
        servers,
        sealBacklog(size.backlogBoxes, batches, SEED),
        tell,
      );
      const playS = boxes * size.secondsABox;
      const day = await playDay(servers, { boxes, seed: SEED, playS, afterLog: throughput.stored }, tell);
      return { throughput, day };
    } finally {
      await servers.close();
    }
  }

  try {
    const onSqlite = await startFleetServers({ folder: join(folder, 'sqlite'), processes: 1 });
    const sqlite = await measure('SQLite, one process', onSqlite, size.sqliteBatches);
    const pouch = await racePouch(nextEvents(boxJournal(SEED, 0), size.pouchDocuments), progress);
    progress('starting PostgreSQL');
    const database = await startBenchPostgres(folder);
    try {
      const onPostgres = await startFleetServers({
        folder: join(folder, 'servers'),
        processes: 2,
        database: database.url,
      });
      const postgres = await measure('PostgreSQL, two processes', onPostgres, size.postgresBatches);
      return report({ sqlite, postgres, pouch, load });
    } finally {
      await database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function report(run: {
  readonly sqlite: StoreResult;
  readonly postgres: StoreResult;
  readonly pouch: PouchResult;
  readonly load: string;
}): BenchResult {
  const { sqlite, postgres, pouch, load } = run;
  const parts = [sqlite.throughput, sqlite.day, postgres.throughput, postgres.day];
  const sum = (key: 'lost' | 'doubled'): number => parts.reduce((total, part) => total + part[key], 0);
  const documentsPerS = pouch.kind === 'measured' ? pouch.documentsPerS : undefined;
  const { eventsPerS } = sqlite.throughput;
  const rows: Row[] = [
    ...throughputRows('SQLite, one process', sqlite.throughput),
    pouchRow(pouch, eventsPerS),
    ...dayRows('SQLite, one process', sqlite.day),
    ...throughputRows('PostgreSQL, two processes', postgres.throughput),
    ...dayRows('PostgreSQL, two processes', postgres.day),
    {
      what: 'load average before and after',
      value: `${load}; ${loadWords()} (${availableParallelism()} cores)`,
    },
  ];
  return {
    name: 'fleet',
    figures: {
      sqliteEventsPerS: Math.round(eventsPerS),
      postgresEventsPerS: Math.round(postgres.throughput.eventsPerS),
      pouchDocumentsPerS: documentsPerS === undefined ? null : Math.round(documentsPerS),
      pouchRatio: documentsPerS === undefined ? null : round(eventsPerS / documentsPerS),
      p99Ms: round(percentile(sqlite.day.tally.latenciesMs, 0.99)),
      postgresP99Ms: round(percentile(postgres.day.tally.latenciesMs, 0.99)),
      herdFairness: round(herdFairness(sqlite.day.herdLagsMs)),
      lost: sum('lost'),
      doubled: sum('doubled'),
      serverRssMb: Math.round(Math.max(...parts.map(({ rssPeakMb }) => rssPeakMb))),
    },
    rows,
  };
}

function pouchRow(pouch: PouchResult, eventsPerS: number): Row {
  if (pouch.kind === 'unavailable') {
    return { what: 'PouchDB to express-pouchdb', value: `not measured: ${pouch.reason}` };
  }
  const speed = Math.round(pouch.documentsPerS).toLocaleString('en');
  return {
    what: `PouchDB to express-pouchdb: ${pouch.documents.toLocaleString('en')} of the same events`,
    value: `${speed} documents/s; SQLite takes ${(eventsPerS / pouch.documentsPerS).toFixed(1)} times as many`,
  };
}

function loadWords(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
