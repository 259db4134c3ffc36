/** Which time of an input event is believed. Pure. */

/** A stamp further from our own clock than this is of another clock (old kernels stamp with wall time), ms. */
const BELIEVED_WITHIN_MS = 5000;

/** The kernel's stamp, which no stall of ours has delayed, where it is of our clock; else now. Never in the future. */
export function believedTimeMs(stampMs: number, nowMs: number): number {
  return Math.abs(nowMs - stampMs) < BELIEVED_WITHIN_MS ? Math.min(stampMs, nowMs) : nowMs;
}
