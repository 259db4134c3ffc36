/**
 * Tables as CSV by RFC 4180: CRLF, quotes where needed, a header line. A cell a spreadsheet would run as a formula is
 * made harmless.
 */

export type CellValue = string | number | boolean | undefined;

/** One column: how it is filled and what it means. The dictionary is made from the same object. */
export interface Column<Row> {
  readonly name: string;
  readonly meaning: string;
  /** Such as `ms`; empty when the values have none. */
  readonly unit: string;
  readonly type: 'text' | 'integer' | 'number' | 'time';
  /** The values that can occur, or their range; empty when any can. */
  readonly allowed: string;
  readonly value: (row: Row) => CellValue;
}

/** The header line. */
export function csvHeader<Row>(columns: readonly Column<Row>[]): string {
  return csvLine(columns.map(({ name }) => name));
}

/** One row, in the order of the columns. */
export function csvRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  return csvLine(columns.map(({ value }) => value(row)));
}

function csvLine(cells: readonly CellValue[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * One cell. Text that begins like a formula gets an apostrophe before it (OWASP, CSV injection); numbers never do, so a
 * negative number stays a number. An undefined value is an empty cell.
 */
export function csvCell(value: CellValue): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
