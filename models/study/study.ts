/** Program: the study. `npm run study -- --help` tells what it does; parts are put together here and nowhere else. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { codeVersion } from './code-version.ts';
import { createPieceStore, NO_STORE } from './piece-store.ts';
import { pooledRows } from './pooled-rows.ts';
import type { Protocol, StudyMaterial } from './protocols/protocol.ts';
import { REAL_PEOPLE, REAL_PEOPLE_TRANSFER } from './protocols/real-people.ts';
import { writeReport } from './report/write-report.ts';
import { runStudy } from './run-study.ts';
import type { PersonScore } from './scores.ts';
import { seedTables } from './seed-protocol-tables.ts';
import { learningCurve } from './statistics-curve.ts';
import { readStudyData, StudyDataError } from './study-data.ts';
import { parseStudyOptions, STUDY_HELP, type StudyOptions } from './study-options.ts';
import { createProtocols, type StudyOrder } from './study-order.ts';
import { studyOrder } from './study-plan.ts';
import { createProgressTeller } from './study-progress.ts';
import { curveWords, personTables, settingsWords } from './study-tables.ts';
import { startStudyThreads, studyWorkerEntry } from './study-threads.ts';

const FAILED = 1;
const MISUSED = 2;
/** 128 + SIGINT, as shells say it. */
const INTERRUPTED = 130;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseStudyOptions(argv);
  if (parsed.kind === 'help') {
    say(STUDY_HELP);
    return 0;
  }
  if (parsed.kind === 'refused') {
    complain(parsed.reason);
    return MISUSED;
  }
  const { options } = parsed;
  try {
    const { material, notes } = readStudyData(options);
    for (const note of notes) complain(note);
    const order = studyOrder(options, material);
    const protocols = createProtocols(order);
    const rows = await runAll(options, order, protocols);
    tellResults(options, order, protocols, rows);
    return 0;
  } catch (error) {
    const isUnwritable = options.out !== undefined && isFileError(error);
    if (!(error instanceof StudyDataError) && !isUnwritable) throw error;
    complain(
      isUnwritable
        ? `Results cannot be kept in ${options.out}: ${error.message}. Choose another --out.`
        : error.message,
    );
    return FAILED;
  }
}

/** The operating system would not: no such right, no room, a file where a folder should be. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** Does every task, in threads; Ctrl-C ends the program with what is finished kept. */
async function runAll(
  { out, workers }: StudyOptions,
  order: StudyOrder,
  protocols: readonly Protocol[],
): Promise<PersonScore[]> {
  const threads = startStudyThreads(order, workers);
  const teller = createProgressTeller(process.stderr, workers, () => performance.now());
  const onInterrupt = (): void => {
    teller.end();
    complain(
      out === undefined
        ? 'Stopped. Nothing was kept: --out DIR would keep finished pieces.'
        : `Stopped. What is finished is kept in ${out}; the same command goes on from there.`,
    );
    process.exit(INTERRUPTED);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onInterrupt);
  try {
    const rows = await runStudy({
      protocols,
      runners: threads.runners,
      store: out === undefined ? NO_STORE : createPieceStore(join(out, 'pieces')),
      origin: originOf(order.material),
      onProgress: teller.tell,
    });
    return pooledRows(rows);
  } finally {
    teller.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onInterrupt);
    await threads.close();
  }
}

/** Everything that results depend on besides settings. */
function originOf({ tested, training, seedProtocol }: StudyMaterial): string {
  const data = [tested, training, seedProtocol].map((set) => [set?.sha256, set?.columns]);
  return JSON.stringify([codeVersion(studyWorkerEntry()), data]);
}

function tellResults(
  options: StudyOptions,
  order: StudyOrder,
  protocols: readonly Protocol[],
  rows: readonly PersonScore[],
): void {
  const { out, json, quick, seed } = options;
  if (out !== undefined) {
    const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };
    const settings = { ...settingsWords(order), seed, quick, version };
    const written = writeReport({
      folder: out,
      rows,
      settings,
      extraFiles: { ...personTables(protocols, rows), ...seedTables(rows) },
    });
    complain(`Written to ${out}: ${written.length} files, report.html among them.`);
  }
  const curve = learningCurve(
    rows,
    order.material.training === undefined ? REAL_PEOPLE : REAL_PEOPLE_TRANSFER,
  );
  if (json) say(JSON.stringify({ curve }));
  else for (const line of curveWords(curve)) say(line);
}

process.exitCode = await main(process.argv.slice(2));
