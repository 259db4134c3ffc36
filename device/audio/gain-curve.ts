/**
 * A gain that is never above what each frame allows and never jumps. It looks `LOOK_AHEAD_FRAMES` ahead: the lowest
 * gain allowed in that window is taken (down at once, up slowly) and averaged twice over half a window, so a peak is
 * met by a bend that begins before it. Counted in whole steps: at rest it is exactly 1, however long it has run.
 */
import { SAMPLE_RATE_HZ } from './audio-format.ts';

/** Each of the two averages; a power of two, so that dividing by it is exact. 0.7 ms. */
const AVERAGED_FRAMES = 32;

/** Frames between a gain allowed and the gain given for it: 1.4 ms, the shortest bend that is not heard as a click. */
export const LOOK_AHEAD_FRAMES = 2 * AVERAGED_FRAMES - 2;

/** A gain allowed for the waveform after a frame holds for that frame and the next, besides the averages' reach. */
const HELD_FRAMES = LOOK_AHEAD_FRAMES + 2;

/** Time constant of letting go: shorter pumps audibly in bass notes, longer ducks a song after one drum hit. */
const RELEASE_MS = 200;

const RELEASE_PER_FRAME = 1 - Math.exp(-1000 / (RELEASE_MS * SAMPLE_RATE_HZ));

/** Gains are counted in these; two averages of such numbers are exact in a double. */
const STEPS = 2 ** 24;

/** Nearer to 1 than one step of 16 bits can show. */
const UNITY_TOLERANCE = 1e-6;

export interface GainCurve {
  /** Takes what the frame in turn allows (0..1); gives the gain of the frame `LOOK_AHEAD_FRAMES` before it. */
  next(allowed: number): number;
  /** It is 1 and stays so as long as 1 is allowed; nothing is lost by not asking it meanwhile. */
  readonly isFlat: boolean;
  reset(): void;
}

export function createGainCurve(): GainCurve {
  /** What was let go of slowly, before it is held and averaged. */
  let released = 1;
  /** Candidates for the lowest in the window, rising; rings of `HELD_FRAMES + 1`. */
  const lows = new Float64Array(HELD_FRAMES + 1);
  const lowsAt = new Float64Array(HELD_FRAMES + 1);
  let first = 0;
  let count = 0;
  let frame = 0;
  const held = new Float64Array(AVERAGED_FRAMES);
  const averaged = new Float64Array(AVERAGED_FRAMES);
  let heldSum = 0;
  let averagedSum = 0;
  let framesAtOne = 0;

  /** The lowest of the last `HELD_FRAMES` values (a monotonic queue: each value enters and leaves once). */
  function lowest(value: number): number {
    while (count > 0 && lows[(first + count - 1) % lows.length]! >= value) count -= 1;
    const at = (first + count) % lows.length;
    lows[at] = value;
    lowsAt[at] = frame;
    count += 1;
    if (lowsAt[first]! <= frame - HELD_FRAMES) {
      first = (first + 1) % lows.length;
      count -= 1;
    }
    return lows[first]!;
  }

  function reset(): void {
    released = 1;
    count = 0;
    held.fill(STEPS);
    averaged.fill(STEPS * AVERAGED_FRAMES);
    heldSum = STEPS * AVERAGED_FRAMES;
    averagedSum = heldSum * AVERAGED_FRAMES;
    framesAtOne = HELD_FRAMES + LOOK_AHEAD_FRAMES;
  }
  reset();

  return {
    next(allowed) {
      released = Math.min(allowed, released + (1 - released) * RELEASE_PER_FRAME);
      if (released > 1 - UNITY_TOLERANCE && allowed >= 1) released = 1;
      framesAtOne = released === 1 ? framesAtOne + 1 : 0;
      const low = lowest(Math.floor(released * STEPS));
      const at = frame % AVERAGED_FRAMES;
      heldSum += low - held[at]!;
      held[at] = low;
      averagedSum += heldSum - averaged[at]!;
      averaged[at] = heldSum;
      frame += 1;
      return averagedSum / (STEPS * AVERAGED_FRAMES * AVERAGED_FRAMES);
    },
    get isFlat() {
      return framesAtOne >= HELD_FRAMES + LOOK_AHEAD_FRAMES;
    },
    reset,
  };
}
