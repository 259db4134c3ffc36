/** Figures of how people fare with presses: learning curves, gains, and each person's own line. */

import { fixed, signed } from '../../svg-text.ts';
import { FIGURE_WIDTH, type Figure } from '../figures/figure.ts';
import { FULL_GAIN, gainHeatMap, HEAT_ROW_HEIGHT } from '../figures/gain-heat-map.ts';
import { linePanel } from '../figures/line-panel.ts';
import { slopesPanel } from '../figures/person-slopes.ts';
import { meanOf } from '../statistics.ts';
import { RESAMPLES } from '../statistics-bootstrap.ts';
import { type Comparison, WORSE_BY_POINTS } from '../statistics-methods.ts';
import {
  accuracySeries,
  comparisonsOf,
  differenceSeries,
  peopleWords,
  pressesTried,
  trimmedGainSeries,
} from './figure-series.ts';
import type { Findings } from './findings.ts';
import { listWords } from './number-words.ts';
import { GAIN_GOALS, LOG_LOSS_GOALS } from './targets.ts';

const CURVE_METHODS = ['ours', 'population', 'personalForest', 'majority'];
const isOfCurves = (method: string): boolean => CURVE_METHODS.includes(method);

/** How to read any figure of lines. */
export const HOW_TO_READ_LINES =
  'Presses on a near logarithmic scale. Dots lead to points measured on other people, which are not to be compared with those before.';

/** Accuracy over presses. */
export function learningCurves(findings: Findings, protocol: string): Figure[] {
  const series = accuracySeries(findings, protocol, isOfCurves);
  if (series.length === 0) return [];
  const height = 400;
  return [
    {
      name: `${protocol}-learning-curves`,
      title: 'How often the prediction is what the person says',
      caption:
        `Share of songs for which the likeliest emotion is the one the person chose, mean over ${peopleWords(findings, protocol)} of ` +
        `${findings.settings.dataName}; songs new to model and person. Whiskers: 95 % t interval over people, who differ more from ` +
        `each other than the methods do; the paired gains of the next figure are the test. ${HOW_TO_READ_LINES}`,
      width: FIGURE_WIDTH,
      height,
      body: linePanel(
        {
          title: '',
          yLabel: 'accuracy, %',
          format: (value) => fixed(value, 0),
          series,
          labelRoom: 150,
        },
        { x: 0, y: -14, width: FIGURE_WIDTH, height: height + 10 },
      ),
    },
  ];
}

/** Gain over the population and change of log-loss, beside what was to be reached. */
export function gainCurves(findings: Findings, protocol: string): Figure[] {
  const gains = differenceSeries(
    'gain',
    findings,
    protocol,
    'population',
    (method) => method === 'ours' || method === 'personalForest',
  );
  if (gains.length === 0) return [];
  const hasGoals = protocol === 'realPeople';
  const height = 360;
  const half = FIGURE_WIDTH / 2;
  const [gainGoals, lossGoals] = [GAIN_GOALS, LOG_LOSS_GOALS].map(({ must, aim }) =>
    hasGoals
      ? [
          { isAim: false, points: must },
          { isAim: true, points: aim },
        ]
      : [],
  );
  return [
    {
      name: `${protocol}-gains`,
      title: 'What personal learning brings over the population model',
      caption:
        'Difference from the population model on the same people and songs, mean over people. Whiskers: 95 % bootstrap interval over ' +
        `people (BCa, ${RESAMPLES} resamples). Left: points of accuracy, and dashed the mean without the lowest and highest tenth of people. Right: log-loss, where less is better.${hasGoals ? ' Short marks: the targets, set beforehand; dotted: the higher aims.' : ''} ${HOW_TO_READ_LINES}`,
      width: FIGURE_WIDTH,
      height,
      body:
        linePanel(
          {
            title: 'Accuracy',
            yLabel: 'gain, points',
            format: (value) => signed(value, Number.isInteger(value) ? 0 : 1),
            series: [...gains, trimmedGainSeries(findings, protocol)],
            noChangeAt: 0,
            goals: gainGoals!,
            labelRoom: 122,
          },
          { x: 0, y: 0, width: half + 10, height },
        ) +
        linePanel(
          {
            title: 'Log-loss',
            yLabel: 'change, nats a prediction',
            format: (value) => signed(value, 2),
            series: differenceSeries(
              'logLossChange',
              findings,
              protocol,
              'population',
              (method) => method === 'ours',
            ),
            noChangeAt: 0,
            goals: lossGoals!,
            labelRoom: 104,
          },
          { x: half + 10, y: 0, width: half - 10, height },
        ),
    },
  ];
}

function oursAgainstPopulation(findings: Findings, protocol: string): Comparison[] {
  return comparisonsOf(findings, protocol, 'population').filter(({ method }) => method === 'ours');
}

/** Each person's line from the population model to their own. */
export function slopes(findings: Findings, protocol: string): Figure[] {
  const shown = pressesTried(findings, protocol, [50, 100]);
  const panels = oursAgainstPopulation(findings, protocol).filter(({ presses }) => shown.includes(presses));
  if (panels.length === 0) return [];
  const ends = panels.flatMap(({ pairs }) =>
    pairs.flatMap((pair) => [pair.referenceAccuracy, pair.accuracy]),
  );
  const range = [Math.min(...ends), Math.max(...ends)] as const;
  const width = FIGURE_WIDTH / Math.max(2, panels.length);
  const height = 430;
  return [
    {
      name: `${protocol}-people`,
      title: 'Each person: from the population model to their own',
      caption:
        `One line a person, after ${listWords(shown)} presses: accuracy of the population model (left) and of the person’s own model ` +
        `(right) on the same songs. Blue: gains more than ${WORSE_BY_POINTS} point; orange-red, dashed: loses more than ${WORSE_BY_POINTS}; grey: neither. Thick: mean.`,
      width: FIGURE_WIDTH,
      height,
      body: panels
        .map(({ presses, pairs }, at) =>
          slopesPanel(
            {
              title: `After ${presses} presses, ${pairs.length} people`,
              from: 'population',
              to: 'own model',
              pairs,
              noChangeWithin: WORSE_BY_POINTS,
              range,
            },
            { x: at * width, y: 0, width, height },
          ),
        )
        .join(''),
    },
  ];
}

/** Every person's gain after every number of presses. */
export function gainHeat(findings: Findings, protocol: string): Figure[] {
  const columns = oursAgainstPopulation(findings, protocol)
    .filter(({ presses }) => presses > 0)
    .sort((a, b) => a.presses - b.presses);
  if (columns.length === 0) return [];
  const names = [...new Set(columns.flatMap(({ pairs }) => pairs.map(({ person }) => person)))];
  const people = names
    .map((person) => ({
      name: person.slice(0, 8),
      gains: columns.map(({ pairs }) => pairs.find((pair) => pair.person === person)?.gain),
    }))
    .map((row) => ({ ...row, mean: meanOf(row.gains.filter((gain) => gain !== undefined)) }))
    .sort((a, b) => b.mean - a.mean);
  return [
    {
      name: `${protocol}-gain-by-person`,
      title: 'Gain of each person after each number of presses',
      caption:
        `Points of accuracy gained over the population model (blue, +) or lost (orange-red, −); full colour from ${FULL_GAIN} points. One row a ` +
        'person, by mean gain; the name is the start of the data set’s pseudonym. Empty: too few ratings for so many presses.',
      width: FIGURE_WIDTH,
      height: 48 + people.length * HEAT_ROW_HEIGHT,
      body: gainHeatMap(
        { title: 'presses', nameRoom: 76, presses: columns.map(({ presses }) => presses), people },
        { x: 0, y: 0, width: FIGURE_WIDTH, height: 0 },
      ),
    },
  ];
}
