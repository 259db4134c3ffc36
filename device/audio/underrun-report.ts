/**
 * Decides when people are told that music paused, and why, without filling the log: at once, then ever more seldom as
 * long as it goes on.
 */
import type { AudioFigures } from './audio-messages.ts';

/** From this on the pause between two lines doubles, up to an hour. */
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;

type PauseFigures = Pick<AudioFigures, 'starvations' | 'lateWakes' | 'lateMs' | 'underruns'>;

export interface UnderrunLine {
  /** Since the line before. */
  readonly counts: PauseFigures;
  readonly message: string;
}

export interface UnderrunReport {
  /** The line to log now, if there is one. Figures count up from the start of an audio process. */
  hear(figures: PauseFigures, nowMs: number): UnderrunLine | undefined;
  /** Another audio process counts from nought. */
  restart(): void;
}

const NONE: PauseFigures = { starvations: 0, lateWakes: 0, lateMs: 0, underruns: 0 };

export function createUnderrunReport(): UnderrunReport {
  let told = NONE;
  let toldAtMs = -Infinity;
  let pauseMs = FIRST_PAUSE_MS;

  return {
    hear(figures, nowMs) {
      const sinceMs = nowMs - toldAtMs;
      const counts: PauseFigures = {
        starvations: figures.starvations - told.starvations,
        lateWakes: figures.lateWakes - told.lateWakes,
        lateMs: Math.round(figures.lateMs - told.lateMs),
        underruns: figures.underruns - told.underruns,
      };
      const causes = [
        ...(counts.starvations > 0 ? [`a song waited for its decoder ${times(counts.starvations)}`] : []),
        ...(counts.lateWakes > 0
          ? [`mixing came too late ${times(counts.lateWakes)}, by ${counts.lateMs} ms in all`]
          : []),
        ...(counts.underruns > 0 ? [`the sound card ran dry ${times(counts.underruns)}`] : []),
      ];
      if (causes.length === 0 || sinceMs < pauseMs) return undefined;
      pauseMs = sinceMs > 2 * pauseMs ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      told = figures;
      toldAtMs = nowMs;
      return {
        counts,
        message: `Music paused for a moment: ${causes.join('; ')}. The machine was too busy.`,
      };
    },
    restart() {
      told = NONE;
    },
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
