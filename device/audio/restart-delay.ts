/** Decides how long to wait before an audio process that died is started again. */

/** At once the first time, so that music is back within a second; then ever more seldom, but for ever. */
const DELAYS_MS = [0, 250, 500, 1000, 2000, 5000, 10_000] as const;

/** A process that lived this long was sound; its death is a first one again. */
const SOUND_AFTER_MS = 10_000;

export interface RestartDelay {
  /** The delay in ms after a process that lived `livedMs`. */
  next(livedMs: number): number;
}

export function createRestartDelay(): RestartDelay {
  let deaths = 0;
  return {
    next(livedMs) {
      if (livedMs >= SOUND_AFTER_MS) deaths = 0;
      const delayMs = DELAYS_MS[Math.min(deaths, DELAYS_MS.length - 1)]!;
      deaths += 1;
      return delayMs;
    },
  };
}
