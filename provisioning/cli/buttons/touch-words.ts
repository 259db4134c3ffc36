/** What became of a touch, as a line for people. */
import type { PressVerdict } from '../../../device/core/press-filter.ts';

const WORDS = {
  tooShort: 'touched too briefly to count (acceptMs)',
  tooSoon: 'touched too soon after the last press (lockOutMs)',
  together: 'touched together with another button (togetherMs)',
  stuck: 'has been down for very long; it counts as let go (stuckAfterMs)',
  freed: 'came up again',
} as const;

export function touchWords(verdict: PressVerdict): string {
  const what =
    verdict.kind === 'edge'
      ? verdict.isDown
        ? 'pressed'
        : 'let go'
      : WORDS[verdict.kind === 'ignored' ? verdict.reason : verdict.kind];
  return `${(verdict.atMs / 1000).toFixed(3).padStart(12)} s  ${verdict.button.padEnd(10)}  ${what}`;
}
