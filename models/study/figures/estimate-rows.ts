/** Named numbers with intervals, one below the other: bars from 0 for accuracies, dots for differences. */

import { coordinate, textAt } from '../../svg-text.ts';
import type { Interval } from '../statistics.ts';
import type { Tone } from './figure.ts';
import { type Box, linearScale, type Scale, xAxis } from './plot-area.ts';

export interface EstimateRow {
  readonly label: string;
  readonly tone: Tone;
  readonly value: number;
  readonly interval: Interval | undefined;
}

export interface EstimateRowsSpec {
  readonly title: string;
  readonly xLabel: string;
  readonly rows: readonly EstimateRow[];
  readonly form: 'bars' | 'dots';
  /** The number beside a row. */
  readonly format: (value: number) => string;
  /** Both ends of the axis, so that panels side by side can be compared. */
  readonly range: readonly [low: number, high: number];
  /** Left of the axis for the names; 0 where a panel to the left has them. */
  readonly nameRoom: number;
}

export const ESTIMATE_ROW_HEIGHT = 26;
/** Above and below the rows. */
export const ESTIMATE_ROWS_MARGIN = 76;
const NUMBER_ROOM = 60;

export function estimateRows(spec: EstimateRowsSpec, outer: Box): string {
  const { title, rows, form, format, nameRoom, range, xLabel } = spec;
  const box: Box = {
    x: outer.x + nameRoom + 10,
    y: outer.y + 28,
    width: outer.width - nameRoom - 10 - NUMBER_ROOM,
    height: rows.length * ESTIMATE_ROW_HEIGHT,
  };
  const x = readableScale(range, box, format);
  const grid = x.ticks.map(
    (tick) =>
      `<line class="${tick === 0 && form === 'dots' ? 'zero' : 'grid'}" x1="${coordinate(x.at(tick))}" x2="${coordinate(x.at(tick))}" y1="${coordinate(box.y)}" y2="${coordinate(box.y + box.height)}"/>`,
  );
  const drawn = rows.map((row, at) => {
    const y = box.y + (at + 0.5) * ESTIMATE_ROW_HEIGHT;
    const name = nameRoom === 0 ? '' : textAt(box.x - 10, y + 4, row.label, `text-${row.tone}`, 'end');
    const number = textAt(box.x + box.width + 9, y + 4, format(row.value), `text-${row.tone}`);
    return name + (form === 'bars' ? bar(row, x, y) : dot(row, x, y)) + number;
  });
  return [
    textAt(box.x, outer.y + 14, title, 'panel'),
    ...grid,
    xAxis(x, box, xLabel, (value) =>
      format(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, ''),
    ),
    ...drawn,
  ].join('');
}

function whisker(interval: Interval | undefined, tone: Tone, x: Scale, y: number): string {
  if (interval === undefined) return '';
  const [low, high] = [coordinate(x.at(interval.low)), coordinate(x.at(interval.high))];
  return `<path class="stroke-${tone}" stroke-width="1.6" d="M${low} ${coordinate(y)}H${high}M${low} ${coordinate(y - 4)}v8M${high} ${coordinate(y - 4)}v8"/>`;
}

function bar({ value, interval, tone }: EstimateRow, x: Scale, y: number): string {
  const from = x.at(0);
  return (
    `<rect class="fill-${tone}" fill-opacity=".45" x="${coordinate(from)}" y="${coordinate(y - 8)}" width="${coordinate(x.at(value) - from)}" height="16"/>` +
    whisker(interval, 'ink', x, y)
  );
}

function dot({ value, interval, tone }: EstimateRow, x: Scale, y: number): string {
  return `${whisker(interval, tone, x, y)}<circle class="fill-${tone}" cx="${coordinate(x.at(value))}" cy="${coordinate(y)}" r="4.2"/>`;
}

/** Wide enough for a figure or a sign at the size of tick numbers. */
const CHARACTER_WIDTH = 7;

/** As many ticks, four or fewer, as leave their numbers apart. */
function readableScale(range: readonly [number, number], box: Box, format: (value: number) => string): Scale {
  for (let count = 4; ; count--) {
    const scale = linearScale(range[0], range[1], box.x, box.x + box.width, count);
    const [first, second] = scale.ticks;
    const gap = second === undefined ? Infinity : scale.at(second) - scale.at(first!);
    const widest = Math.max(...scale.ticks.map((tick) => format(tick).length)) * CHARACTER_WIDTH;
    if (count === 1 || gap > widest) return scale;
  }
}
