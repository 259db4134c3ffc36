/** What was called what: rows are what people pressed, columns what was predicted, each row 100 %. */
import { EMOTIONS } from '../../emotions.ts';
import { coordinate, fixed, textAt, turnedTextAt } from '../../svg-text.ts';
import type { Tone } from './figure.ts';
import type { Box } from './plot-area.ts';

export interface ConfusionSpec {
  readonly title: string;
  readonly tone: Tone;
  /** [16] row-major counts in the order of `EMOTIONS`. */
  readonly confusion: readonly number[];
}

const LEFT = 62;
const TOP = 44;
const BOTTOM = 26;
/** Darker, and the number in the cell would be hard to read. */
const FULL_OPACITY = 0.5;

export function confusionPanel({ title, tone, confusion }: ConfusionSpec, outer: Box): string {
  const count = EMOTIONS.length;
  const side = Math.min(outer.width - LEFT - 6, outer.height - TOP - BOTTOM);
  const cell = side / count;
  const [left, top] = [outer.x + LEFT, outer.y + TOP];
  const rows = EMOTIONS.map((pressed, row) => {
    const counts = confusion.slice(row * count, (row + 1) * count);
    const total = counts.reduce((sum, each) => sum + each, 0);
    const y = top + row * cell;
    const cells = counts.map((each, column) => {
      const share = total === 0 ? 0 : each / total;
      const x = left + column * cell;
      return (
        `<rect class="fill-${tone}" fill-opacity="${(FULL_OPACITY * share).toFixed(3)}" x="${coordinate(x)}" y="${coordinate(y)}" width="${coordinate(cell - 1.5)}" height="${coordinate(cell - 1.5)}"/>` +
        textAt(
          x + cell / 2,
          y + cell / 2 + 1,
          fixed(100 * share, 0),
          row === column ? 'strong' : '',
          'middle',
        ) +
        textAt(x + cell / 2, y + cell / 2 + 15, `${each}`, 'small', 'middle')
      );
    });
    return textAt(left - 7, y + cell / 2 + 4, pressed, 'tick', 'end') + cells.join('');
  });
  return [
    textAt(left, outer.y + 14, title, 'panel'),
    ...EMOTIONS.map((emotion, at) => textAt(left + (at + 0.5) * cell, top - 7, emotion, 'tick', 'middle')),
    ...rows,
    turnedTextAt(outer.x + 14, top + side / 2, 'pressed', 'quiet'),
    textAt(left + side / 2, top + side + 18, 'predicted', 'quiet', 'middle'),
  ].join('');
}
