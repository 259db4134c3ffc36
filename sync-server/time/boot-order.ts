/**
 * When a boot was that never spoke with the server: after the last word of an earlier boot of the same journal, before
 * the start of a later one. Only within one epoch: after a cloned card, two epochs of one box run side by side. Pure.
 */
import type { BootStart, SyncPoint } from '../store/event-log.ts';
import { ALWAYS, isPossible, spanInBoot, type TimeSpan } from './clock-bounds.ts';

/** Boots looked at on either side; a box that starts twice a day is silent for a month before this says nothing. */
export const MAX_NEIGHBOURS = 64;

/** The boots before and after `bootId` in its epoch, nearest first; empty when the journal has no start of it. */
export function neighbouringBoots(
  bootId: string,
  starts: readonly BootStart[],
): { readonly before: readonly BootStart[]; readonly after: readonly BootStart[] } {
  const at = starts.findIndex((start) => start.bootId === bootId);
  const own = starts[at];
  if (own === undefined) return { before: [], after: [] };
  const isSameEpoch = ({ epoch }: BootStart): boolean => epoch === own.epoch;
  return {
    before: starts
      .slice(Math.max(0, at - MAX_NEIGHBOURS), at)
      .filter(isSameEpoch)
      .reverse(),
    after: starts.slice(at + 1, at + 1 + MAX_NEIGHBOURS).filter(isSameEpoch),
  };
}

/** The span of the boot `bootId`; `starts` in the order of the journal, `pointsOf` the sync points of a boot. */
export function spanByOrder(
  bootId: string,
  starts: readonly BootStart[],
  pointsOf: (bootId: string) => readonly SyncPoint[],
): TimeSpan {
  const { before, after } = neighbouringBoots(bootId, starts);
  const earlier = before.find((start) => pointsOf(start.bootId).length > 0);
  const later = after.find((start) => pointsOf(start.bootId).length > 0);
  // While the earlier boot ran, the server made it a nonce: our boot came after that.
  const earliestMs =
    earlier === undefined
      ? -Infinity
      : Math.max(...pointsOf(earlier.bootId).map(({ nonceIssuedAtMs }) => nonceIssuedAtMs));
  const latestMs =
    later === undefined ? Infinity : spanInBoot(later.monotonicMs, pointsOf(later.bootId)).latestMs;
  const span = { earliestMs, latestMs };
  return isPossible(span) ? span : ALWAYS;
}
