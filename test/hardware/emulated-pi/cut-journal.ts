/**
 * Whether a journal that a power cut left keeps what the box promised: whole, dense, chained, a beginning of the life it
 * was cut from, and every press in it whose light had confirmed. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { chainAfter, chainOf, type EventRow } from '../../../device/storage/journal-chain-column.ts';
import type { Emotion } from '../../../models/emotions.ts';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { JOURNAL_START, type Position } from '../../../sync-server/protocol/position.ts';

/** The journal of a whole life, to which every cut is compared. */
export interface WholeJournal {
  readonly rows: readonly EventRow[];
  /** Rows that were there when the recorded life began. */
  readonly before: number;
}

/** Kinds of entry that a press makes. */
const PRESSES: readonly string[] = ['requested', 'selected', 'unanswered'];

/** What is wrong with these rows, oldest first; empty when nothing is. `confirmed`: presses whose light had confirmed. */
export function journalFaults(
  rows: readonly EventRow[],
  whole: WholeJournal,
  confirmed: readonly Emotion[],
): readonly string[] {
  const kept = pressesIn(rows.slice(whole.before));
  const isThere = isDeepStrictEqual(kept.slice(0, confirmed.length), confirmed);
  return [
    ...placeFaults(rows),
    ...rows.flatMap((row, at) =>
      isDeepStrictEqual(row, whole.rows[at]) ? [] : [`event ${row.seq} is not the one that happened`],
    ),
    ...(isThere ? [] : [`${confirmed.length} presses were confirmed, the journal has ${kept.length}`]),
  ];
}

/** The emotions pressed, oldest first. */
export function pressesIn(rows: readonly EventRow[]): readonly Emotion[] {
  return rows
    .filter(({ kind }) => PRESSES.includes(kind))
    .map(({ entry }) => (JSON.parse(entry) as { readonly emotion: Emotion }).emotion);
}

/** Where a journal ends. */
export function endOf(rows: readonly EventRow[]): Position {
  const last = rows.at(-1);
  return last === undefined ? JOURNAL_START : { epoch: last.epoch, seq: last.seq };
}

/** Seqs are dense from 1 in every epoch, and each row keeps the chain of those before it. */
function placeFaults(rows: readonly EventRow[]): readonly string[] {
  return rows.flatMap((row, at) => {
    const before = rows[at - 1];
    const isFirst = before === undefined || before.epoch !== row.epoch;
    const faults: string[] = [];
    if (row.seq !== (isFirst ? 1 : before.seq + 1)) faults.push(`a gap before event ${row.epoch}.${row.seq}`);
    if (chainOf(row.chain_before) !== (isFirst ? CHAIN_START : chainAfter(before))) {
      faults.push(`the chain does not hold at event ${row.epoch}.${row.seq}`);
    }
    return faults;
  });
}
