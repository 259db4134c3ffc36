/**
 * What a link of the journal's hash chain looks like. Apart from journal-chain.ts, which computes links, because pure
 * code and the page know links only by sight.
 */

/** SHA-256, 64 lower-case hex digits. */
export type ChainValue = string;

/** Before the first event of every epoch. */
export const CHAIN_START: ChainValue = '0'.repeat(64);
