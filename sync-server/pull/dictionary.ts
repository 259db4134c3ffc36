/**
 * dictionary.csv: what each column of each file means, made from the columns themselves, so it cannot fall behind.
 */
import type { Column } from './csv.ts';
import { EVENT_COLUMNS, text } from './event-columns.ts';
import { INTERACTION_COLUMNS } from './interactions.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';

export interface DictionaryRow {
  readonly file: string;
  readonly column: string;
  readonly meaning: string;
  readonly unit: string;
  readonly type: string;
  readonly allowed: string;
}

/** Names of the files of a pull. */
export const PULL_FILES = {
  events: 'events.csv',
  interactions: 'interactions.csv',
  quarantine: 'quarantine.csv',
  dictionary: 'dictionary.csv',
} as const;

export const DICTIONARY_COLUMNS: readonly Column<DictionaryRow>[] = [
  text('file', 'File the column is in', Object.values(PULL_FILES).join(' | '), (row) => row.file),
  text('column', 'Name of the column', '', (row) => row.column),
  text('meaning', 'What a cell says', '', (row) => row.meaning),
  text('unit', 'Unit of the values; empty when they have none', '', (row) => row.unit),
  text('type', 'Type of the values', 'text | integer | number | time', (row) => row.type),
  text('allowed', 'Values or range that can occur; empty when any can', '', (row) => row.allowed),
];

/** One row for each column of each file, this one included. */
export function dictionaryRows(): readonly DictionaryRow[] {
  return [
    ...describe(PULL_FILES.events, EVENT_COLUMNS),
    ...describe(PULL_FILES.interactions, INTERACTION_COLUMNS),
    ...describe(PULL_FILES.quarantine, QUARANTINE_COLUMNS),
    ...describe(PULL_FILES.dictionary, DICTIONARY_COLUMNS),
  ];
}

function describe<Row>(file: string, columns: readonly Column<Row>[]): readonly DictionaryRow[] {
  return columns.map(({ name, meaning, unit, type, allowed }) => ({
    file,
    column: name,
    meaning,
    unit,
    type,
    allowed,
  }));
}
