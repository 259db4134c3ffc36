/** Tables for the terminal: columns line up in any script, since wide letters take two cells and accents none. */

export interface Column {
  readonly heading: string;
  /** Default: left. */
  readonly align?: 'left' | 'right';
  /** Cells; longer text is cut with an ellipsis. */
  readonly maxWidth?: number;
}

const GAP = '  ';
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Scripts and signs that take two cells: East Asian Wide and Fullwidth (UAX 11), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Heading and rows, one line each, without trailing spaces. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map(({ heading }) => heading), ...rows].map((row) =>
    columns.map(({ maxWidth = Infinity }, at) => cutTo(row[at] ?? '', maxWidth)),
  );
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => cellWidth(row[at]!))));
  return cells.map((row) =>
    row
      .map((cell, at) => {
        const filling = ' '.repeat(widths[at]! - cellWidth(cell));
        return columns[at]!.align === 'right' ? filling + cell : cell + filling;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Cells a text takes on a terminal. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of letters.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

function cutTo(text: string, maxWidth: number): string {
  if (cellWidth(text) <= maxWidth) return text;
  let cut = '';
  let width = 0;
  for (const { segment } of letters.segment(text)) {
    width += WIDE.test(segment) ? 2 : 1;
    if (width > maxWidth - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}
