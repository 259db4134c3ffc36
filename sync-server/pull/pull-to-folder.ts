/**
 * Writes a pull: the files of one site in a folder, all of them or none. A server that is restored while it is read is
 * read again from the beginning.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../write-file-whole.ts';
import { csvHeader, csvRow } from './csv.ts';
import { DICTIONARY_COLUMNS, dictionaryRows, PULL_FILES } from './dictionary.ts';
import { EVENT_COLUMNS } from './event-columns.ts';
import { createInteractionCollector, INTERACTION_COLUMNS } from './interactions.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import {
  ExportChangedError,
  type ExportSource,
  PullError,
  readExport,
  readQuarantine,
} from './read-export.ts';

/** What a pull wrote. */
export interface Pulled {
  readonly events: number;
  readonly interactions: number;
  readonly participants: number;
  readonly quarantined: number;
  readonly isDemo: boolean;
}

/** A server that changes its database oftener than this during one pull has something else wrong. */
const MAX_STARTS = 3;

/** Files in the order they appear: the dictionary first, so that whoever sees new data can look them up. */
const FILES_IN_ORDER = [
  PULL_FILES.dictionary,
  PULL_FILES.quarantine,
  PULL_FILES.interactions,
  PULL_FILES.events,
] as const;

/**
 * Writes all files under a temporary name beside their place, then renames them; a failure leaves the folder as it was.
 * Rejects with a `PullError`.
 */
export async function pullToFolder(folder: string, source: ExportSource): Promise<Pulled> {
  const staging = join(folder, `.pull-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const pulled = await writeFromOneDatabase(staging, source);
    for (const name of FILES_IN_ORDER) await rename(join(staging, name), join(folder, name));
    syncDirectory(folder);
    return pulled;
  } catch (error) {
    if (error instanceof PullError) throw error;
    const hint = 'Check that the folder is yours and its disk has room.';
    throw new PullError(`write ${folder}: ${(error as Error).message}`, hint, { cause: error });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeFromOneDatabase(staging: string, source: ExportSource): Promise<Pulled> {
  for (let start = 1; ; start += 1) {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging);
    try {
      return await writeFiles(staging, source);
    } catch (error) {
      if (!(error instanceof ExportChangedError) || start === MAX_STARTS) throw error;
    }
  }
}

async function writeFiles(folder: string, source: ExportSource): Promise<Pulled> {
  const collector = createInteractionCollector();
  const participants = new Set<string>();
  let events = 0;
  let quarantined = 0;
  let isDemo = false;
  let lastPage = { generation: '', quarantined: 0 };
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
      isDemo = page.purpose === 'demo';
      lastPage = page;
    }
  });
  await writeFile(join(folder, PULL_FILES.quarantine), async (file) => {
    await file.write(csvHeader(QUARANTINE_COLUMNS));
    for await (const { siteId, rows } of readQuarantine(source, lastPage)) {
      await file.write(rows.map((row) => csvRow(QUARANTINE_COLUMNS, { ...row, siteId })).join(''));
      quarantined += rows.length;
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
