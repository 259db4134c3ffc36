/** Collects the scores of one person, method and number of presses into one row: over orders, folds and pieces. */
import { addScores, type PersonScore } from './scores.ts';

/** Rows that speak of the same are added up; in the order in which they first came. */
export function pooledRows(rows: Iterable<PersonScore>): PersonScore[] {
  const pooled = new Map<string, PersonScore>();
  for (const row of rows) {
    const key = JSON.stringify([row.protocol, row.method, row.presses, row.person]);
    const known = pooled.get(key);
    pooled.set(key, known === undefined ? row : { ...row, score: addScores(known.score, row.score) });
  }
  return [...pooled.values()];
}
