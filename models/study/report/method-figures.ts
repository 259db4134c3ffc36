/** Figures that set methods side by side after a few numbers of presses. */

import { fixed, signed } from '../../svg-text.ts';
import { confusionPanel } from '../figures/confusion-panel.ts';
import { ESTIMATE_ROW_HEIGHT, ESTIMATE_ROWS_MARGIN, estimateRows } from '../figures/estimate-rows.ts';
import { FIGURE_WIDTH, type Figure } from '../figures/figure.ts';
import { FEWEST_IN_BIN, reliabilityPanel } from '../figures/reliability-panel.ts';
import { CALIBRATION_BINS } from '../scores.ts';
import type { MethodSummary } from '../statistics-methods.ts';
import { comparisonsOf, pressesTried } from './figure-series.ts';
import type { Findings } from './findings.ts';
import { ablationWords, lookOf, methodRank } from './method-words.ts';
import { listWords } from './number-words.ts';

const NAME_ROOM = 132;

function byRank(a: { readonly method: string }, b: { readonly method: string }): number {
  return methodRank(a.method) - methodRank(b.method);
}

function summariesAt({ summaries }: Findings, protocol: string, presses: number): MethodSummary[] {
  return summaries.filter((each) => each.protocol === protocol && each.presses === presses).sort(byRank);
}

/** What each part of the method brings: the method without it, less the whole. */
export function partsFigure(findings: Findings, protocol: string): Figure[] {
  const columns = pressesTried(findings, protocol, [10, 50, 100]);
  const parts = comparisonsOf(findings, protocol, 'ours')
    .filter(({ method, presses }) => /^ours./.test(method) && columns.includes(presses))
    .sort(byRank);
  if (parts.length === 0) return [];
  const rowCount = new Set(parts.map(({ method }) => method)).size;
  const panelHeight = ESTIMATE_ROWS_MARGIN + rowCount * ESTIMATE_ROW_HEIGHT;
  const width = (FIGURE_WIDTH - NAME_ROOM) / columns.length;
  const figures = [
    { of: (part: (typeof parts)[number]) => part.gain, xLabel: 'points of accuracy', digits: 1 },
    { of: (part: (typeof parts)[number]) => part.logLossChange, xLabel: 'log-loss, nats', digits: 3 },
  ];
  const panels = figures.flatMap(({ of, xLabel, digits }, row) => {
    const ends = parts.flatMap((part) => [
      of(part).bootstrapInterval?.low ?? 0,
      of(part).bootstrapInterval?.high ?? 0,
    ]);
    return columns.map((presses, at) =>
      estimateRows(
        {
          title: row === 0 ? `After ${presses} presses` : '',
          xLabel,
          form: 'dots',
          format: (value) => signed(value, digits),
          range: [Math.min(0, ...ends), Math.max(0, ...ends)],
          nameRoom: at === 0 ? NAME_ROOM : 0,
          rows: parts
            .filter((part) => part.presses === presses)
            .map((part) => ({
              label: lookOf(part.method).label,
              tone: lookOf(part.method).tone,
              value: of(part).mean,
              interval: of(part).bootstrapInterval,
            })),
        },
        {
          x: at === 0 ? 0 : NAME_ROOM + at * width,
          y: row * (panelHeight - 14),
          width: at === 0 ? NAME_ROOM + width : width,
          height: panelHeight,
        },
      ),
    );
  });
  return [
    {
      name: `${protocol}-parts`,
      title: 'What each part brings',
      caption:
        'The method without one of its parts, less the whole method, on the same people; above: points of accuracy (left of 0: the ' +
        'part helps), below: log-loss (right of 0: the part helps). Mean and 95 % bootstrap interval over people (BCa). ' +
        ablationWords(parts.map(({ method }) => method)),
      width: FIGURE_WIDTH,
      height: 2 * panelHeight - 14,
      body: panels.join(''),
    },
  ];
}

/** Accuracy of every method as bars. */
export function accuracyBars(findings: Findings, protocol: string): Figure[] {
  const columns = pressesTried(findings, protocol, [50, 100]);
  const shown = columns.map((presses) => ({ presses, found: summariesAt(findings, protocol, presses) }));
  if (shown.length === 0) return [];
  const rowCount = Math.max(...shown.map(({ found }) => found.length));
  const highest = Math.max(
    ...shown.flatMap(({ found }) => found.map(({ accuracy }) => accuracy.tInterval?.high ?? accuracy.mean)),
  );
  const width = (FIGURE_WIDTH - NAME_ROOM) / columns.length;
  const height = ESTIMATE_ROWS_MARGIN + rowCount * ESTIMATE_ROW_HEIGHT;
  return [
    {
      name: `${protocol}-accuracy-by-model`,
      title: 'Accuracy by model',
      caption:
        `Mean over people after ${listWords(columns)} presses, %; whiskers: 95 % t interval over people. The intervals hold how much ` +
        'people differ, not how sure a difference between methods is: see the paired comparisons.',
      width: FIGURE_WIDTH,
      height,
      body: shown
        .map(({ presses, found }, at) =>
          estimateRows(
            {
              title: `After ${presses} presses, ${found[0]?.people ?? 0} people`,
              xLabel: 'accuracy, %',
              form: 'bars',
              format: (value) => fixed(value, 1),
              range: [0, highest],
              nameRoom: at === 0 ? NAME_ROOM : 0,
              rows: found.map(({ method, accuracy }) => ({
                label: lookOf(method).label,
                tone: lookOf(method).tone,
                value: accuracy.mean,
                interval: accuracy.tInterval,
              })),
            },
            {
              x: at === 0 ? 0 : NAME_ROOM + at * width,
              y: 0,
              width: at === 0 ? NAME_ROOM + width : width,
              height,
            },
          ),
        )
        .join(''),
    },
  ];
}

const SIDE_BY_SIDE = ['population', 'ours', 'personalForest'];

/** The last of 100 and 50 presses that was tried, and the methods shown side by side there. */
function sideBySide(
  findings: Findings,
  protocol: string,
): { presses: number; found: MethodSummary[] } | undefined {
  const presses = pressesTried(findings, protocol, [100, 50])[0];
  if (presses === undefined) return undefined;
  const at = summariesAt(findings, protocol, presses);
  const found = SIDE_BY_SIDE.flatMap((method) => at.filter((each) => each.method === method));
  return found.length === 0 ? undefined : { presses, found };
}

/** Reliability diagrams. */
export function calibration(findings: Findings, protocol: string): Figure[] {
  const shown = sideBySide(findings, protocol);
  if (shown === undefined) return [];
  const width = FIGURE_WIDTH / 3;
  const height = 300;
  return [
    {
      name: `${protocol}-calibration`,
      title: 'Whether probabilities mean what they say',
      caption:
        `After ${shown.presses} presses, all people’s predictions pooled: how often the likeliest emotion was right, by the probability ` +
        `it was given (${CALIBRATION_BINS} equal bins; area of a dot and grey bars: number of predictions; bins of fewer than ${FEWEST_IN_BIN} have no dot). On the dashed line, probabilities come true. ECE: expected calibration error, all bins.`,
      width: FIGURE_WIDTH,
      height,
      body: shown.found
        .map(({ method, pooled, calibrationError }, at) =>
          reliabilityPanel(
            {
              title: lookOf(method).label,
              remark: `ECE ${fixed(100 * calibrationError, 1)} %, ${pooled.tests} predictions`,
              tone: lookOf(method).tone,
              score: pooled,
            },
            { x: at * width, y: 0, width, height },
          ),
        )
        .join(''),
    },
  ];
}

/** Confusion matrices. */
export function confusions(findings: Findings, protocol: string): Figure[] {
  const shown = sideBySide(findings, protocol);
  if (shown === undefined) return [];
  const width = FIGURE_WIDTH / 3;
  const height = 256;
  return [
    {
      name: `${protocol}-confusion`,
      title: 'What is taken for what',
      caption:
        `After ${shown.presses} presses, all people’s predictions pooled. Rows: what the person says; columns: what is predicted; large: ` +
        'per cent of the row, small: predictions.',
      width: FIGURE_WIDTH,
      height,
      body: shown.found
        .map(({ method, pooled }, at) =>
          confusionPanel(
            { title: lookOf(method).label, tone: lookOf(method).tone, confusion: pooled.confusion },
            { x: at * width, y: 0, width, height },
          ),
        )
        .join(''),
    },
  ];
}
