/** Whether probabilities mean what they say: of what was predicted with 60 %, 60 % should come true. */

import { coordinate, fixed, textAt } from '../../svg-text.ts';
import type { Score } from '../scores.ts';
import type { Tone } from './figure.ts';
import { type Box, linearScale, xAxis, yAxis } from './plot-area.ts';

export interface ReliabilitySpec {
  readonly title: string;
  /** Under the title: the calibration error. */
  readonly remark: string;
  readonly tone: Tone;
  readonly score: Score;
}

const LEFT = 56;
const TOP = 48;
const BOTTOM = 44;
/** Height of the histogram's tallest bar, as a share of the plot. */
const HISTOGRAM_SHARE = 0.2;
const LARGEST_DOT = 8;
/** Fewer say nothing of how often something comes true. */
export const FEWEST_IN_BIN = 20;

/** Square but for the axes: as high as it is wide. Bins of few predictions have no dot. */
export function reliabilityPanel({ title, remark, tone, score }: ReliabilitySpec, outer: Box): string {
  const side = Math.min(outer.width - LEFT - 16, outer.height - TOP - BOTTOM);
  const box: Box = { x: outer.x + LEFT, y: outer.y + TOP, width: side, height: side };
  const floor = box.y + side;
  const x = linearScale(0, 100, box.x, box.x + side);
  const y = linearScale(0, 100, floor, box.y);
  const most = Math.max(...score.bins.map(({ tests }) => tests));
  const width = side / score.bins.length;
  const histogram = score.bins.map(({ tests }, at) => {
    const height = (HISTOGRAM_SHARE * side * tests) / most;
    return tests === 0
      ? ''
      : `<rect class="fill-grey" fill-opacity=".28" x="${coordinate(box.x + at * width + 0.5)}" y="${coordinate(floor - height)}" width="${coordinate(width - 1)}" height="${coordinate(height)}"/>`;
  });
  const places = score.bins
    .filter(({ tests }) => tests >= FEWEST_IN_BIN)
    .map(({ tests, confidence, correct }) => ({
      x: x.at((100 * confidence) / tests),
      y: y.at((100 * correct) / tests),
      radius: Math.max(1.6, LARGEST_DOT * Math.sqrt(tests / most)),
    }));
  const line = places.map((place) => `${coordinate(place.x)} ${coordinate(place.y)}`).join('L');
  return [
    textAt(box.x, outer.y + 14, title, 'panel'),
    textAt(box.x, outer.y + 32, remark, 'quiet'),
    yAxis(y, box, 'came true, %', (value) => fixed(value, 0)),
    xAxis(x, box, 'predicted, %', (value) => fixed(value, 0)),
    ...histogram,
    `<path class="zero dashed" d="M${coordinate(box.x)} ${coordinate(floor)}L${coordinate(box.x + side)} ${coordinate(box.y)}"/>`,
    places.length === 0 ? '' : `<path class="line stroke-${tone}" d="M${line}"/>`,
    ...places.map(
      (place) =>
        `<circle class="fill-${tone}" fill-opacity=".8" cx="${coordinate(place.x)}" cy="${coordinate(place.y)}" r="${coordinate(place.radius)}"/>`,
    ),
  ].join('');
}
