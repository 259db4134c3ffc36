/** How much sound, as opposed to silence, a capture holds so far. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 44;
const FRAME_BYTES = 4;

interface Counted {
  readonly bytes: number;
  readonly frames: number;
}

const counted = new Map<string, Counted>();

/** Frames of the 16-bit stereo capture at `path` that are not silence; reads only what came since the last call. */
export function framesOfSound(path: string): number {
  const before = counted.get(path) ?? { bytes: HEADER_BYTES, frames: 0 };
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return 0; // The audio process has not opened it yet.
  }
  try {
    const bytes =
      HEADER_BYTES + Math.floor((fstatSync(file).size - HEADER_BYTES) / FRAME_BYTES) * FRAME_BYTES;
    if (bytes <= before.bytes) return before.frames;
    const fresh = Buffer.alloc(bytes - before.bytes);
    readSync(file, fresh, 0, fresh.length, before.bytes);
    let { frames } = before;
    for (let at = 0; at < fresh.length; at += FRAME_BYTES) if (fresh.readInt32LE(at) !== 0) frames++;
    counted.set(path, { bytes, frames });
    return frames;
  } finally {
    closeSync(file);
  }
}
