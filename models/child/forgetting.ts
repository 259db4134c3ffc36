/**
 * Whether and how fast old presses fade: children change. Off unless set.
 *
 * Press i weighs, when press n has just been learnt, 2^(-(n - i) / halfLifePresses) · 2^(-(d_n - d_i) / halfLifeDays),
 * d_i the latest day known at press i. So time passes only from press to press: what the model says of a song does not
 * change while nobody presses, and a clock that was not set, or ran backwards, makes nothing fade.
 * What fades are the counts the fits see. The gate's evidence never does, so its bound holds with forgetting as without.
 */

export interface Forgetting {
  /** Presses after which one counts half. */
  readonly halfLifePresses?: number;
  /** Days after which a press counts half. */
  readonly halfLifeDays?: number;
}

/** The latest day a child has pressed on: days since any fixed day, fractions allowed; undefined while none is known. */
export type LatestDay = number | undefined;

/** The latest day after a press made on `day`. */
export function laterDay(latest: LatestDay, day: number | undefined): LatestDay {
  if (day === undefined || latest === undefined) return day ?? latest;
  return Math.max(latest, day);
}

/** What is left of all earlier presses when the next is learnt: 1 where nothing fades. */
export function remainingShare(
  { halfLifePresses, halfLifeDays }: Forgetting,
  latest: LatestDay,
  day: number | undefined,
): number {
  const days = latest === undefined || day === undefined ? 0 : Math.max(0, day - latest);
  const halvings =
    (halfLifePresses === undefined ? 0 : 1 / halfLifePresses) +
    (halfLifeDays === undefined ? 0 : days / halfLifeDays);
  return halvings === 0 ? 1 : Math.exp(-Math.LN2 * halvings);
}

/** Throws a RangeError for half-lives that are not above 0. */
export function checkForgetting(forgetting: Forgetting): void {
  for (const [name, halfLife] of Object.entries(forgetting)) {
    if (halfLife !== undefined && !(halfLife > 0)) {
      throw new RangeError(`child's model: ${name} must be above 0, got ${halfLife}`);
    }
  }
}
