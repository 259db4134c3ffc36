/** What each person gains after each number of presses: a table whose ground says at a glance what its numbers say. */

import { coordinate, signed, textAt } from '../../svg-text.ts';
import type { Box } from './plot-area.ts';

export interface HeatMapSpec {
  readonly title: string;
  /** Left of the cells for the names. */
  readonly nameRoom: number;
  readonly presses: readonly number[];
  /** Rows, from the top. */
  readonly people: readonly {
    readonly name: string;
    /** Points, one for each number of presses; undefined where this person was not tried. */
    readonly gains: readonly (number | undefined)[];
  }[];
}

/** Points from which on a cell has its full colour. */
export const FULL_GAIN = 15;
/** Darker, and the number in the cell would be hard to read. */
const FULL_OPACITY = 0.62;
export const HEAT_ROW_HEIGHT = 20;

/** Gains of each person at each number of presses, as numbers on coloured ground: blue for better, orange-red for worse. */
export function gainHeatMap({ title, nameRoom, presses, people }: HeatMapSpec, outer: Box): string {
  const width = (outer.width - nameRoom) / presses.length;
  const top = outer.y + 40;
  const heads = presses.map((n, at) =>
    textAt(outer.x + nameRoom + (at + 0.5) * width, top - 8, `${n}`, 'tick', 'middle'),
  );
  const rows = people.map(({ name, gains }, row) => {
    const y = top + row * HEAT_ROW_HEIGHT;
    const cells = gains.map((gain, column) => {
      if (gain === undefined) return '';
      const x = outer.x + nameRoom + column * width;
      const opacity = (FULL_OPACITY * Math.min(1, Math.abs(gain) / FULL_GAIN)).toFixed(3);
      return (
        `<rect class="fill-${gain < 0 ? 'vermillion' : 'blue'}" fill-opacity="${opacity}" x="${coordinate(x)}" y="${coordinate(y)}" ` +
        `width="${coordinate(width - 1.5)}" height="${HEAT_ROW_HEIGHT - 1.5}"/>` +
        textAt(x + width / 2, y + 14, signed(gain, 1), 'small', 'middle')
      );
    });
    return textAt(outer.x + nameRoom - 8, y + 14, name, 'tick', 'end') + cells.join('');
  });
  return [
    textAt(outer.x + nameRoom + (outer.width - nameRoom) / 2, outer.y + 12, title, 'quiet', 'middle'),
    ...heads,
    ...rows,
  ].join('');
}
