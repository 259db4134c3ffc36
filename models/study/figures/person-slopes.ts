/** Each person's own line from one method to another: who gains, who loses, how much; the mean on top. */

import { coordinate, fixed, textAt } from '../../svg-text.ts';
import { meanOf } from '../statistics.ts';
import type { PersonPair } from '../statistics-methods.ts';
import type { Tone } from './figure.ts';
import { type Box, linearScale, yAxis } from './plot-area.ts';

export interface SlopesSpec {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly pairs: readonly PersonPair[];
  /** Points of accuracy either way that count as no change. */
  readonly noChangeWithin: number;
  /** Both ends of the axis, so that panels side by side can be compared; per cent. */
  readonly range: readonly [low: number, high: number];
}

const LEFT = 56;
const RIGHT = 46;
const TOP = 58;
const BOTTOM = 34;

export function slopesPanel(
  { title, from, to, pairs, noChangeWithin, range }: SlopesSpec,
  outer: Box,
): string {
  const box: Box = {
    x: outer.x + LEFT,
    y: outer.y + TOP,
    width: outer.width - LEFT - RIGHT,
    height: outer.height - TOP - BOTTOM,
  };
  const y = linearScale(range[0], range[1], box.y + box.height, box.y);
  const [left, right] = [box.x + 34, box.x + box.width - 12];
  const toneOf = (gain: number): Tone =>
    gain > noChangeWithin ? 'blue' : gain < -noChangeWithin ? 'vermillion' : 'grey';
  const lines = pairs.map(({ referenceAccuracy, accuracy, gain }) => {
    const tone = toneOf(gain);
    const [start, end] = [coordinate(y.at(referenceAccuracy)), coordinate(y.at(accuracy))];
    const style = tone === 'vermillion' ? ' dashed' : '';
    return (
      `<path class="person${style} stroke-${tone}" d="M${coordinate(left)} ${start}L${coordinate(right)} ${end}"/>` +
      `<circle class="fill-${tone}" cx="${coordinate(left)}" cy="${start}" r="2.4"/>` +
      `<circle class="fill-${tone}" cx="${coordinate(right)}" cy="${end}" r="2.4"/>`
    );
  });
  const means = [
    meanOf(pairs.map(({ referenceAccuracy }) => referenceAccuracy)),
    meanOf(pairs.map(({ accuracy }) => accuracy)),
  ] as const;
  const [meanY, toMeanY] = [y.at(means[0]), y.at(means[1])];
  const floor = box.y + box.height;
  return [
    textAt(outer.x + LEFT, outer.y + 14, title, 'panel'),
    countsLine(pairs, noChangeWithin, outer.x + LEFT, outer.y + 34),
    yAxis(y, box, 'accuracy, %', (value) => fixed(value, 0)),
    ...lines,
    `<path class="line bold stroke-ink" d="M${coordinate(left)} ${coordinate(meanY)}L${coordinate(right)} ${coordinate(toMeanY)}"/>`,
    `<circle class="fill-ink" cx="${coordinate(left)}" cy="${coordinate(meanY)}" r="4"/>`,
    `<circle class="fill-ink" cx="${coordinate(right)}" cy="${coordinate(toMeanY)}" r="4"/>`,
    textAt(left - 8, meanY + 4, fixed(means[0], 1), 'strong halo', 'end'),
    textAt(right + 9, toMeanY + 4, fixed(means[1], 1), 'strong'),
    textAt(left, floor + 20, from, 'quiet', 'middle'),
    textAt(right, floor + 20, to, 'quiet', 'middle'),
  ].join('');
}

function countsLine(pairs: readonly PersonPair[], within: number, x: number, y: number): string {
  const better = pairs.filter(({ gain }) => gain > within).length;
  const worse = pairs.filter(({ gain }) => gain < -within).length;
  const parts: readonly (readonly [string, Tone])[] = [
    [`${better} better`, 'blue'],
    [`${pairs.length - better - worse} within ${within} point`, 'grey'],
    [`${worse} worse`, 'vermillion'],
  ];
  const spans = parts.map(
    ([words, tone], at) => `<tspan class="text-${tone}">${at === 0 ? '' : ' · '}${words}</tspan>`,
  );
  return `<text x="${coordinate(x)}" y="${coordinate(y)}">${spans.join('')}</text>`;
}
