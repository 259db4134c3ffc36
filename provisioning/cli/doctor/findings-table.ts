/** The findings as a table: a line for each, broken between words, and under it what to do. */
import { type Finding, GROUP_WORDS, GROUPS, type Verdict } from '../../doctor/finding.ts';
import { summaryOf } from '../../doctor/summary.ts';
import { wrapped } from '../model/sentences.ts';
import { type Column, tableLines } from '../text-table.ts';

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  good: 'good',
  look: 'look',
  broken: 'BROKEN',
  notHere: 'not here',
};

const COLUMNS: readonly Column[] = [{ heading: '' }, { heading: '' }, { heading: '' }];

/** Longer lines are hard to follow. */
const MOST_CELLS = 100;

/** Begins what to do. */
const ARROW = '→ ';
const BELOW_ARROW = '  ';

/** Cells that the first two columns and what parts them take. */
const VERDICT_CELLS = Math.max(...Object.values(VERDICT_WORDS).map((word) => word.length));
const GAPS = 4;

/** `width`: cells of the terminal. */
export function findingsTable(findings: readonly Finding[], width: number): readonly string[] {
  const checkCells = Math.max(...findings.map(({ check }) => check.length));
  const cells = Math.max(30, Math.min(width, MOST_CELLS) - VERDICT_CELLS - checkCells - GAPS);
  const rows: (readonly string[])[] = [];
  const groupAt = new Map<number, string>();
  for (const group of GROUPS) {
    groupAt.set(rows.length, GROUP_WORDS[group]);
    for (const finding of findings.filter((each) => each.group === group))
      rows.push(...rowsOf(finding, cells));
  }
  const [, ...lines] = tableLines(COLUMNS, rows);
  return [
    ...lines.flatMap((line, at) => {
      const heading = groupAt.get(at);
      return heading === undefined ? [line] : [...(at === 0 ? [] : ['']), heading, line];
    }),
    '',
    summaryOf(findings),
  ];
}

function rowsOf(
  { verdict, check, found, hint, commands = [] }: Finding,
  cells: number,
): (readonly string[])[] {
  const [first = '', ...more] = wrapped(found, cells);
  const [advice, ...rest] = hint === undefined ? [] : wrapped(hint, cells - ARROW.length);
  return [
    [VERDICT_WORDS[verdict], check, first],
    ...more.map((text) => ['', '', text]),
    ...(advice === undefined ? [] : [['', '', ARROW + advice]]),
    ...rest.map((text) => ['', '', BELOW_ARROW + text]),
    // Never broken: it is to be copied.
    ...commands.map((text) => ['', '', BELOW_ARROW + text]),
  ];
}
