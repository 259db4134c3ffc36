/**
 * `amecs pull`: a site's data as CSV files with a dictionary, all of it or nothing.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SERVER_FILES } from '../../sync-server/main.ts';
import { secretSchema } from '../../sync-server/protocol/enrolment.ts';
import { csvHeader, csvRow } from '../../sync-server/pull/csv.ts';
import { DICTIONARY_COLUMNS, dictionaryRows, PULL_FILES } from '../../sync-server/pull/dictionary.ts';
import { EVENT_COLUMNS } from '../../sync-server/pull/event-columns.ts';
import { createInteractionCollector, INTERACTION_COLUMNS } from '../../sync-server/pull/interactions.ts';
import { type ExportSource, PullError, readExport } from '../../sync-server/pull/read-export.ts';
import { syncDirectory } from '../../sync-server/write-file-whole.ts';
import { type Command, UsageError } from './command.ts';
import { dataFolder, parseOptions } from './options.ts';

export const pullCommand: Command = {
  name: 'pull',
  summary: 'write the collected data as CSV files with a dictionary',
  help: `Usage: amecs pull --out DIR [options]

Reads everything the server has and writes ${Object.values(PULL_FILES).join(', ')} to DIR.
The files are replaced together, and only once all data have arrived.

  --out DIR          where the files go; made if need be
  --server URL       address of the server (default: the one that last ran with this --data)
  --token-file FILE  file with the researcher token (default: the one of the server with this --data)
  --data DIR         folder of the server on this machine (default: the AMECS data folder)

Example: amecs pull --out study-1 --server https://amecs.example.org --token-file token.txt`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, {
      out: { type: 'string' },
      server: { type: 'string' },
      'token-file': { type: 'string' },
      data: { type: 'string' },
    });
    if (values.out === undefined) {
      throw new UsageError('pull needs to know where to write: --out DIR. Add --help to see the options.');
    }
    const outDir = resolve(values.out);
    const serverDir = join(dataFolder(values.data), 'server');
    const tokenFile = values['token-file'] ?? join(serverDir, SERVER_FILES.researcherToken);
    try {
      const source = {
        serverUrl: checkUrl(values.server ?? (await readAddress(join(serverDir, SERVER_FILES.address)))),
        researcherToken: await readToken(tokenFile),
        signal: terminal.signal,
      };
      const pulled = await pullTo(outDir, source);
      terminal.out(
        `${count(pulled.events, 'event')} and ${count(pulled.interactions, 'press', 'presses')} ` +
          `of ${count(pulled.participants, 'participant')} are in ${outDir}.`,
      );
      if (pulled.isDemo) terminal.out('These are the data of a demo, not of a study.');
      if (pulled.quarantined > 0) {
        terminal.out(
          `${count(pulled.quarantined, 'event')} more could not be read and are kept raw at the server; ` +
            'update the server, then pull again.',
        );
      }
      return 0;
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      terminal.error(`Nothing was pulled: ${error.message}. ${error.hint}`);
      return 1;
    }
  },
};

interface Pulled {
  readonly events: number;
  readonly interactions: number;
  readonly participants: number;
  readonly quarantined: number;
  readonly isDemo: boolean;
}

/** Writes all files under a temporary name beside their place, then renames them; a failure leaves DIR as it was. */
async function pullTo(outDir: string, source: ExportSource): Promise<Pulled> {
  const staging = join(outDir, `.pull-${randomUUID()}`);
  try {
    await mkdir(outDir, { recursive: true });
    await mkdir(staging);
    const pulled = await writeFiles(staging, source);
    // The dictionary first: whoever sees new data can look them up.
    for (const name of [PULL_FILES.dictionary, PULL_FILES.interactions, PULL_FILES.events]) {
      await rename(join(staging, name), join(outDir, name));
    }
    syncDirectory(outDir);
    return pulled;
  } catch (error) {
    if (error instanceof PullError) throw error;
    const hint = 'Check that the folder is yours and its disk has room.';
    throw new PullError(`write ${outDir}: ${(error as Error).message}`, hint, { cause: error });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, source: ExportSource): Promise<Pulled> {
  const collector = createInteractionCollector();
  const participants = new Set<string>();
  let events = 0;
  let quarantined = 0;
  let isDemo = false;
  await writeFile(join(folder, PULL_FILES.events), async (file) => {
    await file.write(csvHeader(EVENT_COLUMNS));
    for await (const page of readExport(source)) {
      const rows = page.rows.map((row) => ({ ...row, siteId: page.siteId }));
      for (const row of rows) {
        collector.add(row);
        participants.add(row.participantId);
      }
      await file.write(rows.map((row) => csvRow(EVENT_COLUMNS, row)).join(''));
      events += rows.length;
      quarantined = page.quarantined;
      isDemo = page.purpose === 'demo';
    }
  });
  const interactions = collector.interactions();
  await writeFile(join(folder, PULL_FILES.interactions), async (file) => {
    const rows = interactions.map((row) => csvRow(INTERACTION_COLUMNS, row));
    await file.write(csvHeader(INTERACTION_COLUMNS) + rows.join(''));
  });
  await writeFile(join(folder, PULL_FILES.dictionary), async (file) => {
    const rows = dictionaryRows().map((row) => csvRow(DICTIONARY_COLUMNS, row));
    await file.write(csvHeader(DICTIONARY_COLUMNS) + rows.join(''));
  });
  return { events, interactions: interactions.length, participants: participants.size, quarantined, isDemo };
}

async function writeFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readAddress(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const hint = 'Name the server with --server URL, or its folder with --data DIR.';
    throw new PullError('no server has run on this machine with this --data', hint, { cause: error });
  }
}

function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  const hint = 'Write it like https://amecs.example.org or http://127.0.0.1:7645.';
  throw new PullError(`"${text}" is not the address of a server`, hint);
}

async function readToken(path: string): Promise<string> {
  const hint = 'Ask whoever runs the server for the researcher token and name its file with --token-file.';
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new PullError(`read token: ${(error as Error).message}`, hint, { cause: error });
  }
  if (secretSchema.safeParse(token).success) return token;
  throw new PullError(`read token: what is in ${path} is not a researcher token`, hint);
}

function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
