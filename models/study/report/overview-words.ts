/** The report in plain sentences: what was measured, what came out, and what it does not show. */
import { fixed, signed } from '../../svg-text.ts';
import { meanOf } from '../statistics.ts';
import { type Comparison, WORSE_BY_POINTS } from '../statistics-methods.ts';
import { comparisonsOf, pressesTried } from './figure-series.ts';
import type { Findings } from './findings.ts';
import { listWords, pSentence } from './number-words.ts';
import type { TargetResult } from './targets.ts';

/** Paragraphs. */
export function overviewWords(findings: Findings, targets: readonly TargetResult[]): string[] {
  return [
    ...(findings.settings.quick
      ? ['This is a quick run, for a look: fewer press orders, folds or methods than the full study.']
      : []),
    ...realPeopleWords(findings),
    ...targetWords(targets),
    'What this cannot show: the raters are adults judging strangers’ music, and a rating on a form stands in for a press. ' +
      'Nothing here is evidence about autistic children; that needs the children themselves.',
  ];
}

function realPeopleWords(findings: Findings): string[] {
  const ours = comparisonsOf(findings, 'realPeople', 'population').filter(({ method }) => method === 'ours');
  const shown = pressesTried(findings, 'realPeople', [10, 50, 100]);
  const at = shown.flatMap((presses) => ours.filter((each) => each.presses === presses));
  const last = at.at(-1);
  if (last === undefined) return [];
  const { pairs, gain } = last;
  const interval = gain.bootstrapInterval;
  const better = pairs.filter((pair) => pair.gain > WORSE_BY_POINTS).length;
  return [
    `On ${findings.settings.dataName}, ${pairs.length} people’s own choices were predicted for songs new to everything trained. ` +
      `The population model alone is right for ${fixed(mean(last, 'referenceAccuracy'), 1)} % of them. ` +
      `${at.map(curveWords).join('; ')}.`,
    `After ${last.presses} presses the mean gain is ${signed(gain.mean, 1)} points (${interval === undefined ? '' : `95 % bootstrap interval over people ${signed(interval.low, 1)} to ${signed(interval.high, 1)}; `}` +
      `10 % trimmed mean ${signed(gain.trimmedMean, 1)}; paired t ${pSentence(last.adjustedT)}, Wilcoxon ${pSentence(last.adjustedSignedRank)}, both Holm-corrected` +
      `${last.effectSize === undefined ? '' : `; d_z = ${fixed(last.effectSize, 2)}`}). ` +
      `${better} of ${pairs.length} people gain more than a point, ${last.worse} lose more than a point; log-loss changes by ${signed(last.logLossChange.mean, 3)} nats. ` +
      `${withoutBestWords(last)} ${forestWords(findings, shown)}`.trim(),
  ];
}

function mean({ pairs }: Comparison, figure: 'referenceAccuracy' | 'accuracy'): number {
  return meanOf(pairs.map((pair) => pair[figure]));
}

/** How much of the mean is one person's. */
function withoutBestWords({ pairs }: Comparison): string {
  const [best, ...others] = pairs.map(({ gain }) => gain).sort((a, b) => b - a);
  if (best === undefined || others.length === 0) return '';
  return `Without the one person who gains most (${signed(best, 1)}) the mean gain would be ${signed(meanOf(others), 1)}.`;
}

function curveWords(comparison: Comparison, at: number): string {
  const accuracy = fixed(mean(comparison, 'accuracy'), 1);
  return at === 0
    ? `With a person’s own presses it becomes ${accuracy} % after ${comparison.presses}`
    : `${accuracy} % after ${comparison.presses}`;
}

function forestWords(findings: Findings, shown: readonly number[]): string {
  const forest = comparisonsOf(findings, 'realPeople', 'population').filter(
    ({ method }) => method === 'personalForest',
  );
  const parts = shown.flatMap((presses) =>
    forest
      .filter((each) => each.presses === presses)
      .map((each) => `${fixed(mean(each, 'accuracy'), 1)} % after ${presses}`),
  );
  return parts.length === 0
    ? ''
    : `A forest grown from the person’s own presses alone reaches ${listWords(parts)}.`;
}

function targetWords(targets: readonly TargetResult[]): string[] {
  if (targets.length === 0) return [];
  const missed = targets.filter(({ isMet }) => !isMet);
  const aims = targets.filter(({ isAimMet }) => isAimMet !== undefined);
  const which = [...new Set(missed.map(({ name }) => name))].map((name) => {
    const at = missed.filter((target) => target.name === name).map(({ presses }) => presses);
    return `${name} (${listWords(at)} presses)`;
  });
  const aimed = aims.filter(({ isAimMet }) => isAimMet).length;
  return [
    `Of ${targets.length} targets set beforehand ${targets.length - missed.length} are met${missed.length === 0 ? '.' : `. Missed: ${which.join('; ')}.`}` +
      (aims.length === 0 ? '' : ` Of ${aims.length} higher aims ${aimed} are met.`),
  ];
}
