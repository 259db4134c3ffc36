/**
 * What a box's folder must be after a power cut, before anything of ours has opened it: database, journal, model, and the
 * small files beside them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { RECEIVED_SETTINGS_FILE } from '../../../device/caregiver-settings.ts';
import type { SongOpinions } from '../../../device/learning/song-opinions.ts';
import type { EventRow } from '../../../device/storage/journal-chain-column.ts';
import { readIdentity } from '../../../device/sync/identity-file.ts';
import type { Prior } from '../../../models/child/prior.ts';
import type { Emotion } from '../../../models/emotions.ts';
import { type BoxRecord, readBoxRecord } from '../../../provisioning/cli/model/box-record.ts';
import { replayRecord, type StateComparison } from '../../../provisioning/cli/model/replay.ts';
import { comparePositions, type Position } from '../../../sync-server/protocol/position.ts';
import { endOf, journalFaults, type WholeJournal } from './cut-journal.ts';

/** What the box had promised when it was cut. */
export interface Promised {
  /** Emotions of the presses whose light had confirmed. */
  readonly presses: readonly Emotion[];
  /** The box had said that its server has something. */
  readonly isEnrolled: boolean;
}

export interface BoxCheck {
  /** What is wrong in this folder; empty when nothing is. */
  faults(folder: string, promised: Promised): Promise<readonly string[]>;
  /** Different stored models that were compared with what the journal makes. */
  modelsCompared(): number;
}

export function createBoxCheck(parts: {
  readonly whole: WholeJournal;
  readonly opinions: SongOpinions;
  readonly prior: Prior;
}): BoxCheck {
  const { whole, opinions, prior } = parts;
  /** The same model is stored in many cuts. */
  const compared = new Map<string, readonly string[]>();

  async function modelFaults({ songs, selections, stored }: BoxRecord): Promise<readonly string[]> {
    if (stored === undefined) return [];
    const learnt = selections.filter((each) => comparePositions(each, stored) <= 0);
    const key = JSON.stringify([learnt, stored]);
    const known = compared.get(key);
    if (known !== undefined) return known;
    const { state } = (await replayRecord({ songs, selections: learnt, stored }, opinions, prior, QUIET))!;
    const faults = isSameModel(state) ? [] : [`the stored model: ${JSON.stringify(state).slice(0, 400)}`];
    compared.set(key, faults);
    return faults;
  }

  return {
    modelsCompared: () => compared.size,
    async faults(folder, { presses, isEnrolled }) {
      const path = join(folder, 'device.sqlite');
      const faults: string[] = [];
      const database = new Database(path);
      try {
        const verdict = database.pragma('integrity_check', { simple: true });
        if (verdict !== 'ok') faults.push(`the database is damaged: ${String(verdict)}`);
        const rows = database.prepare('SELECT * FROM events ORDER BY epoch, seq').all() as EventRow[];
        faults.push(...journalFaults(rows, whole, presses));
        const sent = place(database, 'acknowledged');
        if (sent !== undefined && comparePositions(sent, endOf(rows)) > 0)
          faults.push('the journal lacks what was sent');
        faults.push(...settingsFaults(folder, rows));
      } finally {
        database.close();
      }
      const reading = readBoxRecord(path);
      if (reading.kind === 'read') faults.push(...(await modelFaults(reading.record)));
      else faults.push(`the box's record is ${reading.kind}`);
      const { kind } = await readIdentity(join(folder, 'identity.json'));
      if (kind !== 'enrolled' && (isEnrolled || kind !== 'notEnrolled'))
        faults.push(`the identity is ${kind}`);
      return [...faults, ...tokenFaults(folder), ...strangers(folder)];
    },
  };
}

/** Equal, but for how another processor rounds: the life was lived on an arm64, and is replayed here. */
function isSameModel(state: StateComparison): boolean {
  if (state.kind !== 'differs') return state.kind === 'equal';
  return state.differences.every(({ largest = Number.POSITIVE_INFINITY }) => largest <= ROUNDING);
}

/** What a model may differ by when the same presses are learnt in another arithmetic (models/child/child-model.ts). */
const ROUNDING = 1e-9;

const QUIET = { progress: () => {}, signal: new AbortController().signal };

function place(database: Database.Database, name: string): Position | undefined {
  const value = database.prepare('SELECT value FROM settings WHERE name = ?').pluck().get(name);
  return value === undefined ? undefined : (JSON.parse(String(value)) as Position);
}

/** The journal tells of settings before their file is written: it holds the last version told, or the one before. */
function settingsFaults(folder: string, rows: readonly EventRow[]): readonly string[] {
  const told = rows.flatMap(({ kind, entry }) =>
    kind === 'settingsApplied' ? [(JSON.parse(entry) as { readonly version: number }).version] : [],
  );
  const path = join(folder, RECEIVED_SETTINGS_FILE);
  if (!existsSync(path)) return told.length > 1 ? ['the settings are gone'] : [];
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: number };
    return told.slice(-2).includes(version) ? [] : [`settings ${version} after ${told.join(', ')} were told`];
  } catch {
    return ['the settings are half written'];
  }
}

function tokenFaults(folder: string): readonly string[] {
  const path = join(folder, 'panel-token');
  const isWhole = !existsSync(path) || /^[\w-]{43}\n$/.test(readFileSync(path, 'utf8'));
  return isWhole ? [] : ["the page's token is half written"];
}

const KNOWN = /^(device\.sqlite(-wal|-shm)?|(identity\.json|received-settings\.json|panel-token)(\.new)?)$/;

/** Such as a database that was set aside. */
function strangers(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => (KNOWN.test(name) ? [] : [`nobody knows the file ${name}`]));
}
