/** Where a write log is cut: just before and just after flushes, and anywhere. Pure. */
import {
  drawnIndex,
  type Random,
  shuffledIndices,
} from '../../../models/population/learners/seeded-random.ts';
import type { LoggedRequest } from './write-log.ts';

/**
 * Numbers of requests that are done at the cut, ascending, none twice: around `flushes` of the flushes and at `anywhere`
 * other places.
 */
export function cutPoints(
  requests: readonly LoggedRequest[],
  { flushes, anywhere }: { readonly flushes: number; readonly anywhere: number },
  random: Random,
): readonly number[] {
  const flushAt = requests.flatMap(({ kind }, at) => (kind === 'flush' ? [at] : []));
  const drawn = [...shuffledIndices(random, flushAt.length).slice(0, flushes)].map(
    (index) => flushAt[index]!,
  );
  const cuts = new Set(drawn.flatMap((at) => [at, at + 1]));
  const wanted = Math.min(cuts.size + anywhere, requests.length + 1);
  while (cuts.size < wanted) cuts.add(drawnIndex(random, requests.length + 1));
  return [...cuts].sort((a, b) => a - b);
}
