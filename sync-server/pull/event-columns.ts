/**
 * events.csv: one row an event, every field of every kind in a fixed column.
 */
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import { timeBasisSchema, timeFlagSchema } from '../protocol/corrected-time.ts';
import type { TimedRow } from '../protocol/export-page.ts';
import { clockStateSchema, type JournalEntry, journalEntrySchema } from '../protocol/journal-event.ts';
import type { Column } from './csv.ts';

/** A row with the site it belongs to. */
export interface SiteRow extends TimedRow {
  readonly siteId: string;
}

/** Columns that say where and when, the same in every file that has one row per journal event. */
export const STAMP_COLUMNS: readonly Column<SiteRow>[] = [
  id('site_id', 'Site of the study', (row) => row.siteId),
  id('device_id', 'Box that wrote the event', (row) => row.deviceId),
  id('participant_id', 'Pseudonym of the child', (row) => row.participantId),
  integer(
    'epoch',
    'Journal of the box; a new one begins when a journal is replaced or salvaged',
    '>= 1',
    (row) => row.event.stamp.epoch,
  ),
  integer(
    'seq',
    'Place in the journal, dense within an epoch; order is (epoch, seq), never a clock',
    '>= 1',
    (row) => row.event.stamp.seq,
  ),
  id('boot_id', 'Run of the box between two starts', (row) => row.event.stamp.bootId),
  number(
    'monotonic_ms',
    'Monotonic clock of the box; differences within a boot are true durations',
    'ms',
    '>= 0',
    (row) => row.event.stamp.monotonicMs,
  ),
  time(
    'wall_clock',
    'Wall clock of the box, UTC; may be wrong, see clock_state; empty when it shows no date',
    (row) => row.event.stamp.wallMs,
  ),
  text(
    'clock_state',
    'How far wall_clock can be believed: never set, held at a floor, from the network, from a clock chip',
    clockStateSchema.options.join(' | '),
    (row) => row.event.stamp.clockState,
  ),
  time(
    'corrected_time',
    "When it happened, UTC on the server's clock, as far as the box's exchanges with the server tell; for order use (epoch, seq); empty when unknown",
    (row) => row.correctedMs,
  ),
  {
    name: 'time_error_ms',
    meaning: 'The true time lies within corrected_time plus or minus this',
    unit: 'ms',
    type: 'integer',
    allowed: '>= 0',
    value: (row) => row.timeErrorMs ?? undefined,
  },
  text(
    'time_basis',
    'What corrected_time rests on: exchanges with the server in the same boot (syncPoint), the boots before and after (order), the wall clock where it claims to be set (wallClock)',
    timeBasisSchema.options.join(' | '),
    (row) => row.timeBasis ?? undefined,
  ),
  text(
    'time_flags',
    'What is odd: wall_clock is further from corrected_time than the errors of both allow (wallClockWrong); what the box says of its clocks cannot all be true, so the error may be larger than stated (clockSuspicious)',
    `any of ${timeFlagSchema.options.join(' ')}, with a blank between`,
    (row) => row.timeFlags.join(' '),
  ),
  time('received_time', "When the server first had it, UTC on the server's clock", (row) => row.receivedAtMs),
];

/** Columns of events.csv. A field an event's kind does not have is an empty cell. */
export const EVENT_COLUMNS: readonly Column<SiteRow>[] = [
  ...STAMP_COLUMNS,
  text('kind', 'What happened', entryKinds().join(' | '), (row) => row.event.entry.kind),
  text('app_version', 'Version of the program (booted)', '', field('appVersion')),
  text('set_aside_as', 'Name of the journal that was set aside (journalReplaced)', '', field('setAsideAs')),
  integer('from_epoch', 'Epoch that another card writes too (journalForked)', '>= 1', field('fromEpoch')),
  integer('version', "Version of the caregiver's settings (settingsApplied)", '>= 1', field('version')),
  text('unknown', 'Names of settings this box does not know (settingsApplied)', '', (row) =>
    'unknown' in row.event.entry ? row.event.entry.unknown.join(' ') : undefined,
  ),
  text(
    'model_id',
    'SHA-256 of a population model (modelInstalled, modelRefused, modelRolledBack)',
    '64 hexadecimal digits',
    field('modelId'),
  ),
  number(
    'log_loss',
    'Mean prequential log-loss with the model that was given up (modelRolledBack)',
    'nats',
    '',
    field('logLoss'),
  ),
  number(
    'log_loss_before',
    'The same over the same presses with the model before it (modelRolledBack)',
    'nats',
    '',
    field('logLossBefore'),
  ),
  integer('presses', 'Presses both were measured over (modelRolledBack)', '>= 1', field('presses')),
  integer('songs', 'Songs in the library (libraryScanned)', '>= 0', field('songs')),
  integer('refused', 'Files that cannot be played (libraryScanned)', '>= 0', field('refused')),
  integer(
    'press_id',
    'Counts the presses of a boot (requested, replaced, selected, unanswered)',
    '>= 1',
    field('pressId'),
  ),
  text('button', 'Button pressed, held or touched', '', field('button')),
  text('emotion', 'Emotion of the button', EMOTIONS.join(' | '), field('emotion')),
  text('song_id', 'Content hash of the song', '32 hexadecimal digits', field('songId')),
  number('position_ms', 'How long the song had played', 'ms', '>= 0', field('positionMs')),
  ...predictedColumns<SiteRow>((row) =>
    'predicted' in row.event.entry ? row.event.entry.predicted : undefined,
  ),
  number(
    'propensity',
    'Probability with which the box chose this song (requested, replaced)',
    '',
    '0 to 1',
    field('propensity'),
  ),
  text('reason', 'Why (unanswered, pressIgnored, playFailed, soundLost, modelRefused)', '', field('reason')),
  integer(
    'count',
    'Touches that were no presses, over up to a minute (pressIgnored)',
    '>= 1',
    field('count'),
  ),
  integer(
    'withdrawn_press_id',
    'Selection this hold withdraws, in the same boot (stopped)',
    '>= 1',
    field('withdrawnPressId'),
  ),
  text('sink', 'Where sound goes again (soundRestored)', '', field('sink')),
];

/** Four columns, in class order: what the child's model gave each emotion. */
export function predictedColumns<Row>(
  predicted: (row: Row) => readonly number[] | undefined,
): readonly Column<Row>[] {
  return EMOTIONS.map((emotion: Emotion, index) =>
    number(
      `predicted_${emotion}`,
      `What the child's model gave "${emotion}" for this song before the press`,
      '',
      '0 to 1; the four sum to 1',
      (row: Row) => predicted(row)?.[index],
    ),
  );
}

export function text<Row>(
  name: string,
  meaning: string,
  allowed: string,
  value: Column<Row>['value'],
): Column<Row> {
  return { name, meaning, unit: '', type: 'text', allowed, value };
}

export function integer<Row>(
  name: string,
  meaning: string,
  allowed: string,
  value: Column<Row>['value'],
): Column<Row> {
  return { name, meaning, unit: '', type: 'integer', allowed, value };
}

export function number<Row>(
  name: string,
  meaning: string,
  unit: string,
  allowed: string,
  value: Column<Row>['value'],
): Column<Row> {
  return { name, meaning, unit, type: 'number', allowed, value };
}

/** Milliseconds since 1970 as a moment of the calendar; an empty cell when it has none. */
export function time<Row>(name: string, meaning: string, atMs: (row: Row) => number | null): Column<Row> {
  const value = (row: Row) => isoTime(atMs(row) ?? Number.NaN);
  return { name, meaning, unit: 'ISO 8601', type: 'time', allowed: '', value };
}

function id(name: string, meaning: string, value: Column<SiteRow>['value']): Column<SiteRow> {
  return text(name, meaning, 'UUID', value);
}

/** All fields that some kind of entry has. */
type EntryField = JournalEntry extends infer Entry
  ? Entry extends JournalEntry
    ? keyof Entry
    : never
  : never;

function field(name: Exclude<EntryField, 'predicted' | 'unknown'>): Column<SiteRow>['value'] {
  return (row) => (row.event.entry as Partial<Record<EntryField, string | number>>)[name];
}

function entryKinds(): readonly string[] {
  return journalEntrySchema.options.map(({ shape }) => shape.kind.value);
}

/** ECMA-262 time values end here; the wall clock of a box need not. */
const MAX_TIME_MS = 8.64e15;

/** A time as ISO 8601 in UTC, or undefined when no calendar has it. */
function isoTime(wallMs: number): string | undefined {
  return Math.abs(wallMs) <= MAX_TIME_MS ? new Date(wallMs).toISOString() : undefined;
}
