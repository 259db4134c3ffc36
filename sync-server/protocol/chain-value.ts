/**
 * What a link of the journal's hash chain looks like. Apart from journal-chain.ts, which computes links, because pure
 * code and the page know links only by sight.
 */
import { z } from 'zod';

/** SHA-256, 64 hex digits. */
export const chainValueSchema = z.string().regex(/^[0-9a-f]{64}$/);

export type ChainValue = z.infer<typeof chainValueSchema>;

/** Before the first event of every epoch. */
export const CHAIN_START: ChainValue = '0'.repeat(64);
