/**
 * The samples of one song between its decoder and the mixer: chunks in, blocks out, and how far ahead the decoder may
 * go. Bounded by `aheadFrames` plus one decoder chunk.
 */
import { CHANNELS, msToFrames } from './audio-format.ts';
import type { VoiceFeed } from './mixer.ts';
import type { Chunk } from './stereo-song.ts';

/** The decoder is allowed on in steps of at least this, so that a second of music costs four messages. */
const ALLOWANCE_STEP_FRAMES = msToFrames(250);

export interface SongFailure {
  readonly reason: string;
  readonly hint: string;
}

export interface SongFeed extends VoiceFeed {
  /** Frames of the song that were read or skipped, counted from its beginning. */
  readonly position: number;
  /** Why the song broke off, if it did; what was decoded before can still be read. */
  readonly failure: SongFailure | undefined;
  /** Takes the next decoded chunk: interleaved stereo, not copied. */
  push(chunk: Chunk): void;
  complete(failure?: SongFailure): void;
  /** Drops up to `frames`; answers how many. */
  skip(frames: number): number;
  /** How far ahead of the reader the decoder may be. */
  setAhead(frames: number): void;
  /** Drops all there is, and what is still to come. */
  discard(): void;
}

/**
 * A feed beginning at frame `from` of its song. `allow` is told how many frames altogether, counted from `from`, the
 * decoder may have delivered.
 */
export function createSongFeed(options: {
  readonly from: number;
  readonly aheadFrames: number;
  readonly allow: (frames: number) => void;
  /** Takes back a chunk that was used up. */
  readonly giveBack: (chunk: Chunk) => void;
}): SongFeed {
  const { from, allow, giveBack } = options;
  let aheadFrames = options.aheadFrames;
  let allowed = aheadFrames;
  const chunks: Chunk[] = [];
  let isDiscarded = false;
  /** Samples of the first chunk already read. */
  let offset = 0;
  let ready = 0;
  let consumed = 0;
  let isComplete = false;
  let failure: SongFailure | undefined;

  /** Moves past up to `frames`, showing each piece to `take`; answers how many. */
  function consume(frames: number, take?: (piece: Float32Array, at: number) => void): number {
    const wanted = Math.min(frames, ready) * CHANNELS;
    let done = 0;
    while (done < wanted) {
      const chunk = chunks[0]!;
      const piece = chunk.subarray(offset, Math.min(chunk.length, offset + wanted - done));
      take?.(piece, done);
      done += piece.length;
      offset += piece.length;
      if (offset === chunk.length) {
        chunks.shift();
        giveBack(chunk);
        offset = 0;
      }
    }
    const count = wanted / CHANNELS;
    ready -= count;
    consumed += count;
    if (!isComplete && consumed + aheadFrames - allowed >= ALLOWANCE_STEP_FRAMES) {
      allowed = consumed + aheadFrames;
      allow(allowed);
    }
    return count;
  }

  return {
    get framesReady() {
      return ready;
    },
    get isComplete() {
      return isComplete;
    },
    get position() {
      return from + consumed;
    },
    get failure() {
      return failure;
    },
    push(chunk) {
      if (chunk.length === 0) return;
      if (isDiscarded) {
        giveBack(chunk);
        return;
      }
      chunks.push(chunk);
      ready += chunk.length / CHANNELS;
    },
    complete(why) {
      isComplete = true;
      failure = why;
    },
    read: (into, frames) => consume(frames, (piece, at) => into.set(piece, at)),
    skip: (frames) => consume(frames),
    setAhead(frames) {
      aheadFrames = frames;
      if (consumed + aheadFrames <= allowed) return;
      allowed = consumed + aheadFrames;
      allow(allowed);
    },
    discard() {
      isDiscarded = true;
      isComplete = true;
      for (const chunk of chunks.splice(0)) giveBack(chunk);
      ready = 0;
    },
  };
}
