/**
 * The seed's own tables, in its own columns: `comprehensive_results.csv` (accuracies as shares, improvements in per cent
 * of the population's) and `statistical_tests.csv` (paired t, and Cohen's d by the pooled deviation, as its code has it).
 * As the seed means them for its personal forest; the same again for our method, in files ending in `_ours`.
 */
import type { PersonScore } from './scores.ts';
import { deviationOf, meanOf, pairedT } from './statistics.ts';

/** Rows of children, and of population learners on the same test songs. */
export const SEED_CHILDREN_ROWS = 'seedProtocol';
export const SEED_LEARNERS_ROWS = 'seedProtocolLearners';

/** Presses of the seed's columns. */
const COLUMNS = [50, 200, 500] as const;
/** Those its tests are of. */
const TESTED = [50, 200] as const;

/** By name of the file. Empty where the protocol was not run. */
export function seedTables(rows: readonly PersonScore[]): Readonly<Record<string, string>> {
  const own = rows.filter(({ protocol }) => protocol === SEED_CHILDREN_ROWS);
  if (own.length === 0) return {};
  return {
    'comprehensive_results.csv': resultsOf(own, 'personalForest'),
    'statistical_tests.csv': testsOf(own, 'personalForest'),
    'comprehensive_results_ours.csv': resultsOf(own, 'ours'),
    'statistical_tests_ours.csv': testsOf(own, 'ours'),
  };
}

function csv(lines: readonly (readonly (string | number)[])[]): string {
  return `${lines.map((line) => line.join(',')).join('\n')}\n`;
}

/** Share of songs that were right, by child. */
function accuracies(
  rows: readonly PersonScore[],
  method: string,
  presses: number,
): ReadonlyMap<string, number> {
  return new Map(
    rows
      .filter((row) => row.method === method && row.presses === presses)
      .map(({ person, score }) => [person, score.correct / score.tests]),
  );
}

function resultsOf(rows: readonly PersonScore[], method: string): string {
  const children = [...new Set(rows.map(({ person }) => person))];
  const population = accuracies(rows, 'population', COLUMNS[0]);
  const personal = COLUMNS.map((presses) => accuracies(rows, method, presses));
  return csv([
    [
      'child',
      'population',
      ...COLUMNS.map((presses) => `personalized_${presses}`),
      ...COLUMNS.map((presses) => `improvement_${presses}`),
    ],
    ...children.map((child) => {
      const base = population.get(child)!;
      const own = personal.map((shares) => shares.get(child)!);
      return [child, base, ...own, ...own.map((share) => (100 * (share - base)) / base)];
    }),
  ]);
}

function testsOf(rows: readonly PersonScore[], method: string): string {
  const pairs = TESTED.map((presses) => {
    const base = accuracies(rows, 'population', presses);
    const own = accuracies(rows, method, presses);
    return [...own].map(([child, share]) => [base.get(child)!, share] as const);
  });
  return csv([
    [...TESTED.map((presses) => `p_value_${presses}`), ...TESTED.map((presses) => `cohens_d_${presses}`)],
    [
      ...pairs.map((each) => pairedT(each.map(([base, own]) => own - base))?.pValue ?? ''),
      ...pairs.map((each) => pooledEffect(each) ?? ''),
    ],
  ]);
}

/** (mean own - mean base) / √((s² own + s² base) / 2): of two groups, though these are pairs; only because the seed did. */
function pooledEffect(pairs: readonly (readonly [base: number, own: number])[]): number | undefined {
  const [base, own] = [pairs.map(([share]) => share), pairs.map(([, share]) => share)];
  const pooled = Math.sqrt((deviationOf(base) ** 2 + deviationOf(own) ** 2) / 2);
  return pooled > 0 ? (meanOf(own) - meanOf(base)) / pooled : undefined;
}
