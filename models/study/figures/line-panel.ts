/** Lines over numbers of presses with intervals: the learning curves, one panel each. */

import { coordinate, textAt } from '../../svg-text.ts';
import type { Interval } from '../statistics.ts';
import type { Tone } from './figure.ts';
import {
  acrossAt,
  type Box,
  linearScale,
  pressesScale,
  type Scale,
  spreadHeights,
  xAxisRows,
  yAxis,
} from './plot-area.ts';

export interface LinePoint {
  readonly presses: number;
  readonly value: number;
  readonly interval: Interval | undefined;
  readonly people: number;
}

export type Marker = 'circle' | 'square' | 'diamond' | 'triangle';

/** How a series is told from the others: never by colour alone. */
export interface SeriesLook {
  readonly label: string;
  readonly tone: Tone;
  readonly marker: Marker;
  readonly dash: 'solid' | 'dashed' | 'dotted';
  readonly isBold: boolean;
}

export interface LineSeries extends SeriesLook {
  readonly points: readonly LinePoint[];
}

export interface Goal {
  readonly presses: number;
  readonly value: number;
}

export interface LinePanelSpec {
  readonly title: string;
  readonly yLabel: string;
  readonly format: (value: number) => string;
  readonly series: readonly LineSeries[];
  /** A stronger line across, where "no change" lies. */
  readonly noChangeAt?: number;
  /** Short marks: what was to be reached; dotted, what was aimed at. */
  readonly goals?: readonly { readonly isAim: boolean; readonly points: readonly Goal[] }[];
  /** Who is counted below the axis: people where not said. */
  readonly counted?: string;
  /** Left free on the right for the labels. */
  readonly labelRoom: number;
}

/** Units between the whiskers of neighbouring series, so that none hides another. */
const DODGE = 3.2;
/** Room of the axes around the plot. */
const LEFT = 62;
const TOP = 30;
const BOTTOM = 40;
const LABEL_HEIGHT = 15;

export function linePanel(spec: LinePanelSpec, outer: Box): string {
  const box: Box = {
    x: outer.x + LEFT,
    y: outer.y + TOP,
    width: outer.width - LEFT - spec.labelRoom,
    height: outer.height - TOP - BOTTOM,
  };
  const points = spec.series.flatMap((series) => series.points);
  const goals = (spec.goals ?? []).flatMap((goal) => goal.points);
  const x = pressesScale(
    points.map(({ presses }) => presses),
    box.x + 10,
    box.x + box.width - 10,
  );
  const values = [
    ...points.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]),
    ...goals.map(({ value }) => value),
    ...(spec.noChangeAt === undefined ? [] : [spec.noChangeAt]),
  ];
  const y = linearScale(Math.min(...values), Math.max(...values), box.y + box.height, box.y);
  const drawn = spec.series.map((series, at) => ({
    series,
    shift: (at - (spec.series.length - 1) / 2) * DODGE,
  }));
  return [
    textAt(outer.x + LEFT, outer.y + 14, spec.title, 'panel'),
    yAxis(y, box, spec.yLabel, spec.format),
    xAxisRows(x, box, [
      { label: 'presses', format: String },
      { label: spec.counted ?? 'people', format: (presses) => peopleAt(points, presses) },
    ]),
    spec.noChangeAt === undefined ? '' : acrossAt(y, spec.noChangeAt, box, 'zero'),
    ...(spec.goals ?? []).map((goal) => goalMarks(goal, x, y)),
    ...drawn.map(({ series, shift }) => whiskers(series, x, y, shift)),
    ...drawn.map(({ series, shift }) => lineOf(series, x, y, shift)),
    endLabels(spec, x, y, box),
  ].join('');
}

/** How many people a number of presses was tried on; "10 to 19" where the series differ. */
function peopleAt(points: readonly LinePoint[], presses: number): string {
  const counts = points.filter((point) => point.presses === presses).map(({ people }) => people);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return fewest === most ? `${most}` : `${fewest}–${most}`;
}

function whiskers(series: LineSeries, x: Scale, y: Scale, shift: number): string {
  return series.points
    .flatMap(({ presses, interval }) => {
      if (interval === undefined || interval.low === interval.high) return [];
      const at = coordinate(x.at(presses) + shift);
      return `<line class="whisker stroke-${series.tone}" x1="${at}" x2="${at}" y1="${coordinate(y.at(interval.low))}" y2="${coordinate(y.at(interval.high))}"/>`;
    })
    .join('');
}

/** Points of the same people are joined; other people are another sample, so only dots lead on to them. */
function lineOf(series: LineSeries, x: Scale, y: Scale, shift: number): string {
  const { points, tone, dash, isBold, marker } = series;
  const places = points.map(({ presses, value }) => [x.at(presses) + shift, y.at(value)] as const);
  const strokes = places.slice(1).map(([toX, toY], at) => {
    const [fromX, fromY] = places[at]!;
    const isSame = points[at]!.people === points[at + 1]!.people;
    const style = isSame ? `${dash}${isBold ? ' bold' : ''}` : 'dotted';
    return `<path class="line ${style} stroke-${tone}" d="M${coordinate(fromX)} ${coordinate(fromY)}L${coordinate(toX)} ${coordinate(toY)}"/>`;
  });
  return (
    strokes.join('') +
    places.map(([atX, atY]) => markerAt(atX, atY, marker, tone, isBold ? 4.4 : 3.4)).join('')
  );
}

/** A marker of about the same area, whichever its form. */
export function markerAt(x: number, y: number, marker: Marker, tone: Tone, size: number): string {
  const classes = `marker fill-${tone}`;
  const [cx, cy] = [coordinate(x), coordinate(y)];
  switch (marker) {
    case 'circle':
      return `<circle class="${classes}" cx="${cx}" cy="${cy}" r="${size}"/>`;
    case 'square': {
      const side = 1.8 * size;
      return `<rect class="${classes}" x="${coordinate(x - side / 2)}" y="${coordinate(y - side / 2)}" width="${coordinate(side)}" height="${coordinate(side)}"/>`;
    }
    case 'diamond': {
      const r = 1.3 * size;
      return `<polygon class="${classes}" points="${cx},${coordinate(y - r)} ${coordinate(x + r)},${cy} ${cx},${coordinate(y + r)} ${coordinate(x - r)},${cy}"/>`;
    }
    case 'triangle': {
      const r = 1.35 * size;
      return `<polygon class="${classes}" points="${cx},${coordinate(y - r)} ${coordinate(x + r)},${coordinate(y + 0.75 * r)} ${coordinate(x - r)},${coordinate(y + 0.75 * r)}"/>`;
    }
  }
}

function goalMarks(
  { isAim, points }: { readonly isAim: boolean; readonly points: readonly Goal[] },
  x: Scale,
  y: Scale,
): string {
  const marks = points
    .filter(({ presses }) => x.ticks.includes(presses))
    .map(({ presses, value }) => {
      const [at, height] = [x.at(presses), coordinate(y.at(value))];
      return `<line class="goal${isAim ? ' dotted' : ''} stroke-ink" x1="${coordinate(at - 9)}" x2="${coordinate(at + 9)}" y1="${height}" y2="${height}"/>`;
    });
  return marks.join('');
}

/** Names at the ends of the lines instead of a legend, moved apart where they would touch. */
function endLabels({ series }: LinePanelSpec, x: Scale, y: Scale, box: Box): string {
  const named = series.filter(({ points }) => points.length > 0);
  const ends = named.map(({ points }) => points.at(-1)!);
  const right = x.at(Math.max(...ends.map(({ presses }) => presses)));
  const heights = spreadHeights(
    ends.map(({ value }) => y.at(value)),
    LABEL_HEIGHT,
    box.y,
    box.y + box.height,
  );
  return named
    .map(({ label, tone, isBold }, at) => {
      const [height, end] = [heights[at]!, ends[at]!];
      const from = [x.at(end.presses) + 9, y.at(end.value)] as const;
      const lead =
        Math.abs(height - from[1]) < 3 && end.presses === x.ticks.at(-1)
          ? ''
          : `<path class="axis" stroke-opacity=".5" d="M${coordinate(from[0])} ${coordinate(from[1])}L${coordinate(right + 18)} ${coordinate(height)}"/>`;
      return lead + textAt(right + 22, height + 4, label, `text-${tone}${isBold ? ' strong' : ''}`);
    })
    .join('');
}
