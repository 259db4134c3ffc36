/** What the study was to reach, and whether it did. The numbers were set beforehand, from a prototype. */
import type { Comparison, MethodSummary } from '../statistics-methods.ts';
import { familyOf, variantOf } from './method-words.ts';

export interface TargetResult {
  readonly name: string;
  readonly presses: number;
  /** "≥ 5.5 points" */
  readonly must: string;
  readonly aim: string;
  readonly measured: number;
  readonly unit: string;
  readonly digits: number;
  readonly isMet: boolean;
  /** Undefined where only one bar was set. */
  readonly isAimMet: boolean | undefined;
}

/** Real people, `ours` less `population`: presses → what must be reached, and what was aimed at. */
const GAIN_TARGETS = [
  { presses: 5, gain: 2.5, trimmed: 1.4, logLoss: -0.06, aimGain: 4.5, aimLogLoss: -0.085 },
  { presses: 10, gain: 3.5, trimmed: 1.9, logLoss: -0.085, aimGain: 5.5, aimLogLoss: -0.11 },
  { presses: 25, gain: 4.5, trimmed: 2.7, logLoss: -0.12, aimGain: 6.5, aimLogLoss: -0.15 },
  { presses: 50, gain: 5.5, trimmed: 3.8, logLoss: -0.15, aimGain: 7.5, aimLogLoss: -0.18 },
  { presses: 100, gain: 6.3, trimmed: 4.7, logLoss: -0.17, aimGain: 8.5, aimLogLoss: -0.2 },
  { presses: 200, gain: 5.8, trimmed: 6, logLoss: -0.155, aimGain: 8.5, aimLogLoss: -0.19 },
] as const;

/** Marks of the learning curve. */
export const GAIN_GOALS = {
  must: GAIN_TARGETS.map(({ presses, gain }) => ({ presses, value: gain })),
  aim: GAIN_TARGETS.map(({ presses, aimGain }) => ({ presses, value: aimGain })),
};
export const LOG_LOSS_GOALS = {
  must: GAIN_TARGETS.map(({ presses, logLoss }) => ({ presses, value: logLoss })),
  aim: GAIN_TARGETS.map(({ presses, aimLogLoss }) => ({ presses, value: aimLogLoss })),
};

/** People of 19 who may lose more than a point; of other numbers in proportion. */
const WORSE_SHARE = 2 / 19;
/** Nats a person's log-loss may rise: while little is known, and once more is. */
const EARLY_RISE = 0.02;
const EARLY_PRESSES = 10;
const LATER_PRESSES = 25;

/** Accuracy against a fresh press on the repeated library, per cent. */
const LIBRARY_TARGETS = [
  { presses: 50, accuracy: 50 },
  { presses: 100, accuracy: 56 },
  { presses: 200, accuracy: 61.5 },
] as const;

/** Points the mean may lose where there is nothing to learn. */
const NO_HARM_POINTS = -1;

interface Bar {
  readonly name: string;
  readonly presses: number;
  readonly measured: number;
  readonly unit: string;
  readonly digits: number;
  readonly must: number;
  readonly aim?: number;
  readonly direction: 'least' | 'most';
}

/** Every target the results speak of; those of protocols or numbers of presses not run are left out. */
export function targetResults(
  comparisons: readonly Comparison[],
  summaries: readonly MethodSummary[],
): TargetResult[] {
  const ours = comparisons.filter(({ method, reference }) => method === 'ours' && reference === 'population');
  const real = ours.filter(({ protocol }) => protocol === 'realPeople');
  return [...gainBars(real), ...safetyBars(real), ...libraryBars(summaries), ...noHarmBars(ours)].map(judged);
}

function gainBars(real: readonly Comparison[]): Bar[] {
  const at = (presses: number): Comparison | undefined => real.find((each) => each.presses === presses);
  const points = { unit: 'points', digits: 1, direction: 'least' } as const;
  const bars = (
    barOf: (target: (typeof GAIN_TARGETS)[number], found: Comparison) => Omit<Bar, 'presses'>,
  ): Bar[] =>
    GAIN_TARGETS.flatMap((target) => {
      const found = at(target.presses);
      return found === undefined ? [] : [{ ...barOf(target, found), presses: target.presses }];
    });
  return [
    ...bars(({ gain: must, aimGain: aim }, { gain }) => ({
      ...points,
      name: 'gain over the population',
      measured: gain.mean,
      must,
      aim,
    })),
    ...bars(({ trimmed: must }, { gain }) => ({
      ...points,
      name: 'gain, 10 % trimmed mean',
      measured: gain.trimmedMean,
      must,
    })),
    ...bars(({ logLoss: must, aimLogLoss: aim }, { logLossChange }) => ({
      name: 'change of log-loss',
      measured: logLossChange.mean,
      unit: 'nats',
      digits: 3,
      direction: 'most',
      must,
      aim,
    })),
  ];
}

function safetyBars(real: readonly Comparison[]): Bar[] {
  return real.flatMap(({ presses, pairs, gain, largestLogLossChange, worse }): Bar[] => {
    if (presses === 0) {
      const largest = Math.max(
        ...pairs.map((pair) => Math.max(Math.abs(pair.gain), Math.abs(pair.logLossChange))),
      );
      return [
        {
          name: 'difference from the population',
          presses,
          measured: largest,
          unit: '',
          digits: largest === 0 ? 0 : 6,
          must: 0,
          direction: 'most',
        },
      ];
    }
    const rise = presses <= EARLY_PRESSES ? EARLY_RISE : presses >= LATER_PRESSES ? 0 : undefined;
    return [
      {
        name: 'mean gain never below 0',
        presses,
        measured: gain.mean,
        unit: 'points',
        digits: 1,
        must: 0,
        direction: 'least',
      },
      {
        name: 'people who lose more than 1 point',
        presses,
        measured: worse,
        unit: '',
        digits: 0,
        must: Math.floor(WORSE_SHARE * pairs.length + 1e-9),
        direction: 'most',
      },
      ...(rise === undefined
        ? []
        : [
            {
              name: 'largest rise of a person’s log-loss',
              presses,
              measured: largestLogLossChange,
              unit: 'nats',
              digits: 3,
              must: rise,
              direction: 'most' as const,
            },
          ]),
    ];
  });
}

function libraryBars(summaries: readonly MethodSummary[]): Bar[] {
  return LIBRARY_TARGETS.flatMap(({ presses, accuracy: must }) =>
    summaries
      .filter(
        (each) =>
          familyOf(each.protocol) === 'repeatedLibrary' &&
          variantOf(each.protocol).includes('fresh') &&
          each.method === 'ours' &&
          each.presses === presses,
      )
      .map(({ accuracy }) => ({
        name: 'repeated library, accuracy of a fresh press',
        presses,
        measured: accuracy.mean,
        unit: '%',
        digits: 1,
        must,
        direction: 'least' as const,
      })),
  );
}

function noHarmBars(ours: readonly Comparison[]): Bar[] {
  return ours
    .filter(({ protocol, presses }) => protocol === 'seedProtocol' && presses > 0)
    .map(({ presses, gain }) => ({
      name: 'the seed’s protocol, where nothing can be gained: mean change',
      presses,
      measured: gain.mean,
      unit: 'points',
      digits: 1,
      must: NO_HARM_POINTS,
      direction: 'least' as const,
    }));
}

function judged({ name, presses, measured, unit, digits, must, aim, direction }: Bar): TargetResult {
  const isReached = (bar: number): boolean => (direction === 'least' ? measured >= bar : measured <= bar);
  const words = (bar: number): string =>
    `${direction === 'least' ? '≥' : '≤'} ${String(bar).replace('-', '−')}`;
  return {
    name,
    presses,
    must: words(must),
    aim: aim === undefined ? '' : words(aim),
    measured,
    unit,
    digits,
    isMet: isReached(must),
    isAimMet: aim === undefined ? undefined : isReached(aim),
  };
}
