/**
 * How a place in the journal and a link of its chain arrive from outside. Apart from position.ts and chain-value.ts, so
 * that the box's storage thread, which knows both by sight, does not load a parser (8 MB).
 */
import { z } from 'zod';
import type { Position } from './position.ts';

export const positionSchema = z.object({
  epoch: z.int().min(0),
  seq: z.int().min(0),
}) satisfies z.ZodType<Position>;

/** SHA-256, 64 hex digits. */
export const chainValueSchema = z.string().regex(/^[0-9a-f]{64}$/);
