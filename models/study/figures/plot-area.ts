/** The ground of a plot: a box of the figure, scales that map numbers into it, and its axes. */
import { coordinate, textAt, turnedTextAt } from '../../svg-text.ts';

/** A rectangle of the figure, in its units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  /** Where a number lies, in units of the figure. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Steps people count in. */
const NICE_STEPS = [1, 2, 2.5, 5, 10];

/** Even, from `low` to `high` or a little beyond: the ends are ticks, about `tickCount` of them. */
export function linearScale(low: number, high: number, from: number, to: number, tickCount = 5): Scale {
  const span = high > low ? high - low : Math.max(1, Math.abs(high));
  const rough = span / tickCount;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * NICE_STEPS.find((nice) => nice * power >= rough * 0.999)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  const [bottom, top] = [first * step, last * step];
  return { at: (value) => from + ((value - bottom) / (top - bottom)) * (to - from), ticks };
}

/** Presses that lie as far apart as 0 and 5: from there on the scale is near logarithmic. */
const FIRST_PRESSES = 5;

/** Numbers of presses, 0 among them, so that early ones have room: by ln(1 + n / 5). Ticks at the numbers tried. */
export function pressesScale(presses: readonly number[], from: number, to: number): Scale {
  const ticks = [...new Set(presses)].sort((a, b) => a - b);
  const place = (n: number): number => Math.log1p(n / FIRST_PRESSES);
  const [first, last] = [place(ticks[0] ?? 0), place(ticks.at(-1) ?? 1)];
  return {
    at: (n) => (last > first ? from + ((place(n) - first) / (last - first)) * (to - from) : (from + to) / 2),
    ticks,
  };
}

/** Horizontal lines at the ticks with their numbers to the left, and what they count beside them, reading upwards. */
export function yAxis(scale: Scale, box: Box, label: string, format: (value: number) => string): string {
  const lines = scale.ticks.map((tick) => {
    const y = coordinate(scale.at(tick));
    return (
      `<line class="grid" x1="${coordinate(box.x)}" x2="${coordinate(box.x + box.width)}" y1="${y}" y2="${y}"/>` +
      textAt(box.x - 7, scale.at(tick) + 4, format(tick), 'tick', 'end')
    );
  });
  // Beside the widest number, at some 7 units a letter.
  const reach = 7 + 7 * Math.max(...scale.ticks.map((tick) => format(tick).length));
  return lines.join('') + turnedTextAt(box.x - reach - 9, box.y + box.height / 2, label, 'quiet');
}

/** A line below with numbers at the ticks and the label under them. */
export function xAxis(scale: Scale, box: Box, label: string, format: (value: number) => string): string {
  const floor = box.y + box.height;
  return (
    axisBelow(scale, box) +
    scale.ticks.map((tick) => textAt(scale.at(tick), floor + 17, format(tick), 'tick', 'middle')).join('') +
    textAt(box.x + box.width / 2, floor + 35, label, 'quiet', 'middle')
  );
}

/** The same with several rows under the ticks, each named on the left. */
export function xAxisRows(
  scale: Scale,
  box: Box,
  rows: readonly { readonly label: string; readonly format: (value: number) => string }[],
): string {
  const floor = box.y + box.height;
  const lines = rows.map(({ label, format }, at) => {
    const y = floor + 17 + 14 * at;
    const numbers = scale.ticks.map((tick) => textAt(scale.at(tick), y, format(tick), 'tick', 'middle'));
    return textAt(box.x - 7, y, label, 'tick', 'end') + numbers.join('');
  });
  return axisBelow(scale, box) + lines.join('');
}

function axisBelow(scale: Scale, box: Box): string {
  const floor = coordinate(box.y + box.height);
  const ticks = scale.ticks.map((tick) => `M${coordinate(scale.at(tick))} ${floor}v4`);
  return `<path class="axis" d="M${coordinate(box.x)} ${floor}H${coordinate(box.x + box.width)}${ticks.join('')}"/>`;
}

/** A line across at a value that means something. */
export function acrossAt(scale: Scale, value: number, box: Box, classes: string): string {
  const y = coordinate(scale.at(value));
  return `<line class="${classes}" x1="${coordinate(box.x)}" x2="${coordinate(box.x + box.width)}" y1="${y}" y2="${y}"/>`;
}

/** Heights as near to the wanted ones as labels of height `gap` can stand, in the same order as given. */
export function spreadHeights(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, at) => at).sort((a, b) => wanted[a]! - wanted[b]!);
  // Clusters of labels that touch: each stands around the mean of what its members want (pool adjacent violators).
  const clusters: { members: number[]; middle: number }[] = [];
  for (const at of order) {
    clusters.push({ members: [at], middle: wanted[at]! });
    for (;;) {
      const [above, below] = [clusters.at(-2), clusters.at(-1)!];
      if (above === undefined) break;
      const need = (gap * (above.members.length + below.members.length)) / 2;
      if (below.middle - above.middle >= need) break;
      const members = [...above.members, ...below.members];
      const middle = members.reduce((sum, member) => sum + wanted[member]!, 0) / members.length;
      clusters.splice(-2, 2, { members, middle });
    }
  }
  const heights = new Array<number>(wanted.length);
  for (const { members, middle } of clusters) {
    const half = (gap * (members.length - 1)) / 2;
    const centre = Math.min(Math.max(middle, top + half), bottom - half);
    members.forEach((member, at) => {
      heights[member] = centre - half + at * gap;
    });
  }
  return heights;
}
