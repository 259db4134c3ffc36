/** From the numbers of a study to the series of a figure. */
import type { LinePoint, LineSeries } from '../figures/line-panel.ts';
import type { Comparison, MethodSummary } from '../statistics-methods.ts';
import type { Findings } from './findings.ts';
import { lookOf, methodRank } from './method-words.ts';
import { listWords } from './number-words.ts';

function byPresses(a: { readonly presses: number }, b: { readonly presses: number }): number {
  return a.presses - b.presses;
}

function seriesOf<T extends { readonly method: string; readonly presses: number }>(
  items: readonly T[],
  pointOf: (item: T) => LinePoint,
): LineSeries[] {
  const methods = [...new Set(items.map(({ method }) => method))];
  methods.sort((a, b) => methodRank(a) - methodRank(b));
  return methods.map((method) => ({
    ...lookOf(method),
    points: items
      .filter((item) => item.method === method)
      .sort(byPresses)
      .map(pointOf),
  }));
}

/** Accuracy over presses, with the t interval over people. */
export function accuracySeries(
  { summaries }: Findings,
  protocol: string,
  isShown: (method: string) => boolean,
): LineSeries[] {
  return seriesOf<MethodSummary>(
    summaries.filter((each) => each.protocol === protocol && isShown(each.method)),
    ({ presses, accuracy, people }) => ({
      presses,
      value: accuracy.mean,
      interval: accuracy.tInterval,
      people,
    }),
  );
}

/** What a method has over the reference, with the bootstrap interval over people: points gained, or log-loss changed. */
export function differenceSeries(
  difference: 'gain' | 'logLossChange',
  findings: Findings,
  protocol: string,
  reference: string,
  isShown: (method: string) => boolean,
): LineSeries[] {
  return seriesOf<Comparison>(
    comparisonsOf(findings, protocol, reference).filter(({ method }) => isShown(method)),
    ({ presses, pairs, [difference]: { mean, bootstrapInterval } }) => ({
      presses,
      value: mean,
      interval: bootstrapInterval,
      people: pairs.length,
    }),
  );
}

export function comparisonsOf({ comparisons }: Findings, protocol: string, reference: string): Comparison[] {
  return comparisons.filter((each) => each.protocol === protocol && each.reference === reference);
}

/** Of those wanted the numbers of presses that were tried; where none was, the last one tried. */
export function pressesTried(
  findings: Findings,
  protocol: string,
  wanted: readonly number[],
): readonly number[] {
  const tried = new Set(
    findings.summaries
      .filter((each) => each.protocol === protocol && each.method === 'ours')
      .map(({ presses }) => presses),
  );
  const found = wanted.filter((presses) => tried.has(presses));
  return found.length > 0 || tried.size === 0 ? found : [Math.max(...tried)];
}

/** "19 people (10 at 200 presses)". */
export function peopleWords(findings: Findings, protocol: string): string {
  const own = findings.summaries
    .filter((each) => each.protocol === protocol && each.method === 'ours')
    .sort(byPresses);
  const most = Math.max(0, ...own.map(({ people }) => people));
  const fewer = own
    .filter(({ people }) => people < most)
    .map(({ people, presses }) => `${people} at ${presses} presses`);
  return `${most} people${fewer.length === 0 ? '' : ` (${listWords(fewer)})`}`;
}

/** The gain again without the lowest and highest tenth of people. */
export function trimmedGainSeries(findings: Findings, protocol: string): LineSeries {
  return {
    ...lookOf('ours'),
    label: '10 % trimmed',
    isBold: false,
    dash: 'dashed',
    marker: 'triangle',
    points: comparisonsOf(findings, protocol, 'population')
      .filter(({ method }) => method === 'ours')
      .sort(byPresses)
      .map(({ presses, gain, pairs }) => ({
        presses,
        value: gain.trimmedMean,
        interval: undefined,
        people: pairs.length,
      })),
  };
}
