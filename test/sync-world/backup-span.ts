/**
 * When the operator of the world must back the server up: boxes keep what was acknowledged for 90 days by the server's
 * clock, so a backup may be older than that by no way of counting, whatever the clock did since it was made.
 */
import { KEEP_SENT_MS } from '../../sync-server/protocol/protocol-limits.ts';

/** A day to spare: deadlines pass between two moves of the clock. */
const LONGEST_SPAN_MS = KEEP_SENT_MS - 24 * 60 * 60 * 1000;

export interface BackupSpan {
  /** A backup was made when the server's clock showed this. */
  begin(nowMs: number): void;
  /** The server's clock moves there. True when that is too far without a backup before; the span then begins there. */
  move(toMs: number): boolean;
}

export function createBackupSpan(nowMs: number): BackupSpan {
  let fromMs = nowMs;
  let toMs = nowMs;
  function begin(atMs: number): void {
    fromMs = atMs;
    toMs = atMs;
  }
  return {
    begin,
    move(nextMs) {
      fromMs = Math.min(fromMs, nextMs);
      toMs = Math.max(toMs, nextMs);
      const isDue = toMs - fromMs > LONGEST_SPAN_MS;
      if (isDue) begin(nextMs);
      return isDue;
    },
  };
}
