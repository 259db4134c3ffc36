/**
 * When an event happened, as the server works it out for every export row: on the server's clock, with a stated error.
 */
import { z } from 'zod';

/** What the time rests on; time/correct-time.ts says how. */
export const timeBasisSchema = z.enum(['syncPoint', 'order', 'wallClock']);

export type TimeBasis = z.infer<typeof timeBasisSchema>;

/**
 * wallClockWrong: the box's wall clock is further from the corrected time than the errors of both allow.
 * clockSuspicious: what the box says of its clocks cannot all be true, so the error may be larger than stated.
 */
export const timeFlagSchema = z.enum(['wallClockWrong', 'clockSuspicious']);

export type TimeFlag = z.infer<typeof timeFlagSchema>;

export const correctedTimeSchema = z.object({
  /** Milliseconds since 1970 on the server's clock; null when nothing bounds it on both sides. */
  correctedMs: z.int().nullable(),
  /** The true time lies within `correctedMs` plus or minus this; null when `correctedMs` is. */
  timeErrorMs: z.int().min(0).nullable(),
  timeBasis: timeBasisSchema.nullable(),
  timeFlags: z.array(timeFlagSchema),
});

export type CorrectedTime = z.infer<typeof correctedTimeSchema>;
