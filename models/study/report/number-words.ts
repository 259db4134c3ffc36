/** Numbers as a paper prints them. */
import { fixed, signed } from '../../svg-text.ts';
import type { Interval } from '../statistics.ts';

/** "< 0.001", "0.012"; a dash where no test was made. */
export function pWords(p: number | undefined): string {
  if (p === undefined) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** "p < 0.001", "p = 0.012", "p not given". */
export function pSentence(p: number | undefined): string {
  if (p === undefined) return 'p not given';
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** "+1.2 to +7.3"; a dash where there is no interval. */
export function intervalWords(interval: Interval | undefined, digits: number): string {
  return interval === undefined ? '–' : `${signed(interval.low, digits)} to ${signed(interval.high, digits)}`;
}

/** A number, or a dash. */
export function orDash(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : fixed(value, digits);
}

/** "50 and 100", "5, 10 and 25". */
export function listWords(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
