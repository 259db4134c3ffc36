/** The seed's own protocol: where its children hold the population's labels, so that nothing can be gained, only lost. */

import { fixed } from '../../svg-text.ts';
import { ESTIMATE_ROW_HEIGHT, ESTIMATE_ROWS_MARGIN, estimateRows } from '../figures/estimate-rows.ts';
import { FIGURE_WIDTH, type Figure } from '../figures/figure.ts';
import { gainHeatMap } from '../figures/gain-heat-map.ts';
import { linePanel } from '../figures/line-panel.ts';
import { SEED_CHILDREN_ROWS, SEED_LEARNERS_ROWS } from '../seed-protocol-tables.ts';
import { accuracySeries, comparisonsOf } from './figure-series.ts';
import type { Findings, Section } from './findings.ts';
import { lookOf } from './method-words.ts';
import { comparisonTable, methodTable } from './tables.ts';

export function seedProtocolSection(findings: Findings): Section {
  return {
    id: 'seedProtocol',
    title: 'The seed’s own protocol, replicated',
    lead:
      'The prototype this project grew from trained a population model on 80 % of the songs, labelled by the quadrant of their averaged ' +
      'ratings, and eight “children”: each 60 % of the same songs with the same labels, every feature multiplied by its own N(1, 0.1). All ' +
      'are tried on the same 20 % of songs. These children have no opinions of their own, so nothing can be learnt from them that the ' +
      'population model does not know: it is a test of doing no harm, and the small p values the prototype reported are of its personal ' +
      'models being worse. The children share their test songs, so that tests over children count the same songs again and again.',
    figures: [...comparisonFigure(findings), ...learnersFigure(findings)],
    tables: [
      comparisonTable(findings, SEED_CHILDREN_ROWS),
      comparisonTable(findings, SEED_CHILDREN_ROWS, 'personalForest'),
      methodTable(findings, SEED_CHILDREN_ROWS),
    ],
  };
}

const METHODS = ['population', 'personalForest', 'ours'];

/** As the seed's figure: the curve over presses, and every child by number. */
function comparisonFigure(findings: Findings): Figure[] {
  const series = accuracySeries(findings, SEED_CHILDREN_ROWS, (method) => METHODS.includes(method));
  if (series.length === 0) return [];
  const height = 340;
  const half = FIGURE_WIDTH / 2;
  return [
    {
      name: 'seedProtocol-comparison',
      title: 'Personal models where there is nothing personal',
      caption:
        'Accuracy on the quadrant of averaged ratings. Left: mean over the simulated children, all tried on the same songs; whiskers: ' +
        '95 % t interval over children (it holds nothing of the choice of songs, which all share). Right: each child less the population, points.',
      width: FIGURE_WIDTH,
      height,
      body:
        linePanel(
          {
            title: 'Mean over children',
            yLabel: 'accuracy, %',
            format: (value) => fixed(value, Number.isInteger(value) ? 0 : 1),
            series,
            counted: 'children',
            labelRoom: 122,
          },
          { x: 0, y: 0, width: half + 10, height },
        ) + childrenPanels(findings, half + 20, half - 20),
    },
  ];
}

function childrenPanels(findings: Findings, x: number, width: number): string {
  return (['personalForest', 'ours'] as const)
    .map((method, at) => {
      const columns = comparisonsOf(findings, SEED_CHILDREN_ROWS, 'population')
        .filter((each) => each.method === method)
        .sort((a, b) => a.presses - b.presses);
      const children = columns[0]?.pairs.map(({ person }) => person) ?? [];
      const panel = gainHeatMap(
        {
          title: lookOf(method).label,
          nameRoom: at === 0 ? 54 : 8,
          presses: columns.map(({ presses }) => presses),
          people: children.map((person) => ({
            name: at === 0 ? person.replace('_', ' ') : '',
            gains: columns.map(({ pairs }) => pairs.find((pair) => pair.person === person)?.gain),
          })),
        },
        {
          x: x + (at === 0 ? 0 : (width + 46) / 2),
          y: 34,
          width: (width + (at === 0 ? 46 : -46)) / 2,
          height: 0,
        },
      );
      return panel;
    })
    .join('');
}

/** z of a two-sided 95 % interval. */
const Z = 1.959964;

/** Wilson's interval of a share (1927), per cent: one set of songs, so over songs, not people. */
export function wilsonInterval(
  correct: number,
  tests: number,
): { readonly low: number; readonly high: number } {
  const share = correct / tests;
  const centre = (share + Z ** 2 / (2 * tests)) / (1 + Z ** 2 / tests);
  const reach =
    (Z / (1 + Z ** 2 / tests)) * Math.sqrt((share * (1 - share)) / tests + (Z / (2 * tests)) ** 2);
  return { low: 100 * (centre - reach), high: 100 * (centre + reach) };
}

function learnersFigure({ summaries }: Findings): Figure[] {
  const learners = summaries
    .filter(({ protocol }) => protocol === SEED_LEARNERS_ROWS)
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  if (learners.length === 0) return [];
  const rows = learners.map(({ method, pooled, accuracy }) => ({
    label: lookOf(method).label,
    tone: lookOf(method).tone,
    value: accuracy.mean,
    interval: wilsonInterval(pooled.correct, pooled.tests),
  }));
  // No title above the rows.
  const height = ESTIMATE_ROWS_MARGIN + rows.length * ESTIMATE_ROW_HEIGHT - 24;
  return [
    {
      name: 'seedProtocol-learners',
      title: 'The seed’s population learners',
      caption: `Accuracy on the ${learners[0]!.tests} test songs, quadrant of averaged ratings; whiskers: 95 % Wilson interval over songs.`,
      width: FIGURE_WIDTH,
      height,
      body: estimateRows(
        {
          title: '',
          xLabel: 'accuracy, %',
          form: 'bars',
          format: (value) => fixed(value, 1),
          range: [0, Math.max(...rows.map(({ interval }) => interval.high))],
          nameRoom: 200,
          rows,
        },
        { x: 0, y: -20, width: FIGURE_WIDTH, height },
      ),
    },
  ];
}
