/**
 * Reads what QEMU's `blklogwrites` driver wrote down: every request a disk was given, in order, flushes among them.
 * Format: https://www.kernel.org/doc/html/latest/admin-guide/device-mapper/log-writes.html (little-endian).
 */

export interface LoggedRequest {
  readonly kind: 'write' | 'flush' | 'discard';
  /** Durable once it is answered, without a flush. */
  readonly isFua: boolean;
  /** Where on the disk, bytes. */
  readonly at: number;
  readonly length: number;
  /** What a write wrote, as bytes of the log from here; empty otherwise. */
  readonly bytes: Buffer;
  /** Length of the log once this request was in it. A guest hears of a flush only after that. */
  readonly endsAt: number;
}

/** First word of every such log. */
export const MAGIC = 0x6a736677736872n;
const SUPER_BYTES = 28;
const [FLUSH, FUA, DISCARD] = [1n, 2n, 4n];

/** The size of a sector of the disk, bytes; QEMU's `log-sector-size`. Nothing smaller is written or lost. */
export const SECTOR = 512;

/** Every whole request of the log, oldest first; one cut off at its end is left out. Throws where it is no such log. */
export function readWriteLog(log: Buffer): readonly LoggedRequest[] {
  if (log.length < SUPER_BYTES || log.readBigUInt64LE(0) !== MAGIC) throw new Error('this is no write log');
  const count = Number(log.readBigUInt64LE(16));
  const sector = log.readUInt32LE(24);
  if (sector !== SECTOR) throw new Error(`a write log of ${sector}-byte sectors, not of ${SECTOR}`);
  const requests: LoggedRequest[] = [];
  // The first sector is the super block.
  let place = sector;
  while (requests.length < count && place + sector <= log.length) {
    const flags = log.readBigUInt64LE(place + 16);
    const at = Number(log.readBigUInt64LE(place)) * sector;
    const length = Number(log.readBigUInt64LE(place + 8)) * sector;
    const kind = (flags & FLUSH) !== 0n ? 'flush' : (flags & DISCARD) !== 0n ? 'discard' : 'write';
    const dataAt = place + sector;
    const endsAt = dataAt + (kind === 'write' ? length : 0);
    if (endsAt > log.length) break;
    const bytes = log.subarray(dataAt, endsAt);
    requests.push({ kind, isFua: (flags & FUA) !== 0n, at, length, bytes, endsAt });
    place = endsAt;
  }
  return requests;
}
