/**
 * From the scores of people to what a study says of its methods: how good each is after so many presses, and how it
 * compares with another on the same people. People count alike, however many songs each was tried on.
 */
import { addScores, type PersonScore, type Score } from './scores.ts';
import {
  deviationOf,
  effectSize,
  holm,
  type Interval,
  meanOf,
  pairedT,
  signedRank,
  type TestResult,
  tInterval,
  trimmedMean,
} from './statistics.ts';
import { bootstrapInterval, createDraws, type Draws } from './statistics-bootstrap.ts';

/** Points of accuracy a person may lose before being counted as worse off. */
export const WORSE_BY_POINTS = 1;

/** A mean over people, and how sure it is. */
export interface Estimate {
  readonly mean: number;
  readonly trimmedMean: number;
  /** Between people, n - 1. */
  readonly deviation: number;
  readonly tInterval: Interval | undefined;
}

/** A mean of differences, which is what a study is about: followed by the bootstrap too. */
export interface DifferenceEstimate extends Estimate {
  readonly bootstrapInterval: Interval | undefined;
}

/** One method after so many presses. */
export interface MethodSummary {
  readonly protocol: string;
  readonly method: string;
  readonly presses: number;
  readonly people: number;
  /** Predictions, all people together. */
  readonly tests: number;
  /** Per cent. */
  readonly accuracy: Estimate;
  /** Nats a prediction. */
  readonly logLoss: Estimate;
  /** 0 to 2 a prediction (Brier 1950). */
  readonly brier: Estimate;
  /** Of all predictions pooled, `CALIBRATION_BINS` equal bins of the likeliest class: 0 to 1 (Naeini et al. 2015). */
  readonly calibrationError: number;
  /** All people's predictions. */
  readonly pooled: Score;
}

/** One person under two methods after the same number of presses. */
export interface PersonPair {
  readonly person: string;
  /** Predictions by the method. */
  readonly tests: number;
  /** Per cent. */
  readonly referenceAccuracy: number;
  readonly accuracy: number;
  /** Points. */
  readonly gain: number;
  /** Nats a prediction; below 0 is better. */
  readonly logLossChange: number;
}

/** A method less another on the same people. */
export interface Comparison {
  readonly protocol: string;
  readonly method: string;
  readonly reference: string;
  readonly presses: number;
  /** In the order of their names. */
  readonly pairs: readonly PersonPair[];
  /** Points of accuracy. */
  readonly gain: DifferenceEstimate;
  /** Nats. */
  readonly logLossChange: DifferenceEstimate;
  /** People who lose more than `WORSE_BY_POINTS`. */
  readonly worse: number;
  /** The person whose log-loss rises most (or falls least), nats. */
  readonly largestLogLossChange: number;
  /** Of the gain in accuracy. */
  readonly t: TestResult | undefined;
  readonly signedRank: TestResult | undefined;
  readonly effectSize: number | undefined;
  /** p values, Holm over all numbers of presses of this method, reference and protocol. */
  readonly adjustedT: number | undefined;
  readonly adjustedSignedRank: number | undefined;
}

/** Per cent of predictions that were right. */
export function accuracyOf(score: Score): number {
  return (100 * score.correct) / score.tests;
}

/** Mean of |confidence - accuracy| over the bins, each by its number of predictions. */
export function calibrationError(score: Score): number {
  return score.bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.correct), 0) / score.tests;
}

/** Scores of one protocol, method and number of presses; by person, pieces of a person added. */
type Cell = ReadonlyMap<string, Score>;

function cellsOf(
  rows: readonly PersonScore[],
): ReadonlyMap<string, PersonScore & { people: Map<string, Score> }> {
  const cells = new Map<string, PersonScore & { people: Map<string, Score> }>();
  for (const row of rows) {
    if (row.score.tests === 0) continue;
    const key = cellKey(row.protocol, row.method, row.presses);
    const cell = cells.get(key) ?? { ...row, people: new Map<string, Score>() };
    const before = cell.people.get(row.person);
    cell.people.set(row.person, before === undefined ? row.score : addScores(before, row.score));
    cells.set(key, cell);
  }
  return cells;
}

function cellKey(protocol: string, method: string, presses: number): string {
  return JSON.stringify([protocol, method, presses]);
}

function byName(cell: Cell): [person: string, score: Score][] {
  return [...cell].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function estimateOf(values: readonly number[]): Estimate {
  return {
    mean: meanOf(values),
    trimmedMean: trimmedMean(values),
    deviation: deviationOf(values),
    tInterval: tInterval(values),
  };
}

function differenceEstimate(
  values: readonly number[],
  drawsFor: (people: number) => Draws,
): DifferenceEstimate {
  return { ...estimateOf(values), bootstrapInterval: bootstrapInterval(values, drawsFor(values.length)) };
}

/** Every protocol, method and number of presses found, in the order first met. */
export function summariseMethods(rows: readonly PersonScore[]): MethodSummary[] {
  return [...cellsOf(rows).values()].map(({ protocol, method, presses, people }) => {
    const scores = byName(people).map(([, score]) => score);
    const pooled = scores.reduce(addScores);
    const estimate = (of: (score: Score) => number): Estimate => estimateOf(scores.map(of));
    return {
      protocol,
      method,
      presses,
      people: scores.length,
      tests: pooled.tests,
      accuracy: estimate(accuracyOf),
      logLoss: estimate((score) => score.logLoss / score.tests),
      brier: estimate((score) => score.brier / score.tests),
      calibrationError: calibrationError(pooled),
      pooled,
    };
  });
}

/**
 * Every method against `reference` after the same number of presses, on the people tried with both; where the
 * reference was not tried after that many presses there is nothing to compare. In the order first met; `seed` is the
 * bootstrap's.
 */
export function compareMethods(rows: readonly PersonScore[], reference: string, seed: number): Comparison[] {
  const cells = cellsOf(rows);
  const drawsFor = createDraws(seed);
  const comparisons = [...cells.values()].flatMap(({ protocol, method, presses, people }) => {
    const others = cells.get(cellKey(protocol, reference, presses))?.people;
    if (method === reference || others === undefined) return [];
    const pairs = byName(people).flatMap(([person, score]) => {
      const other = others.get(person);
      return other === undefined ? [] : [pairOf(person, other, score)];
    });
    if (pairs.length === 0) return [];
    const gains = pairs.map(({ gain }) => gain);
    const changes = pairs.map(({ logLossChange }) => logLossChange);
    return [
      {
        protocol,
        method,
        reference,
        presses,
        pairs,
        gain: differenceEstimate(gains, drawsFor),
        logLossChange: differenceEstimate(changes, drawsFor),
        worse: gains.filter((gain) => gain < -WORSE_BY_POINTS).length,
        largestLogLossChange: Math.max(...changes),
        t: pairedT(gains),
        signedRank: signedRank(gains),
        effectSize: effectSize(gains),
      },
    ];
  });
  return withAdjusted(comparisons);
}

function pairOf(person: string, reference: Score, score: Score): PersonPair {
  const [referenceAccuracy, accuracy] = [accuracyOf(reference), accuracyOf(score)];
  return {
    person,
    tests: score.tests,
    referenceAccuracy,
    accuracy,
    gain: accuracy - referenceAccuracy,
    logLossChange: score.logLoss / score.tests - reference.logLoss / reference.tests,
  };
}

type Unadjusted = Omit<Comparison, 'adjustedT' | 'adjustedSignedRank'>;

function withAdjusted(comparisons: readonly Unadjusted[]): Comparison[] {
  const families = new Map<string, Unadjusted[]>();
  for (const each of comparisons) {
    const key = JSON.stringify([each.protocol, each.method]);
    families.set(key, [...(families.get(key) ?? []), each]);
  }
  const adjusted = new Map<Unadjusted, Pick<Comparison, 'adjustedT' | 'adjustedSignedRank'>>();
  for (const family of families.values()) {
    const ts = holm(family.map(({ t }) => t?.pValue));
    const ranks = holm(family.map(({ signedRank: test }) => test?.pValue));
    family.forEach((each, at) => {
      adjusted.set(each, { adjustedT: ts[at], adjustedSignedRank: ranks[at] });
    });
  }
  return comparisons.map((each) => ({ ...each, ...adjusted.get(each)! }));
}
