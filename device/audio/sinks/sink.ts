/**
 * Where sound leaves the box, as small as the pump needs it. An adapter a file; one contract suite runs on all.
 * A sink takes what it is given without waiting; keeping time is the pump's.
 */

export interface Sink {
  /** Shown to people and journalled, at most 40 characters. */
  readonly name: string;
  /** How long its own buffer plays on when the pump is late, beyond what the pump keeps queued. */
  readonly slackMs: number;
  /** A card keeps its own time, so what is queued before it slowly grows or runs dry. */
  readonly hasOwnClock: boolean;
  /** How much of what it took has not reached the card's own buffer, as far as it can tell. */
  readonly backlogMs: number;
  /**
   * Takes interleaved stereo S16 at 44.1 kHz. Never throws, never waits; copies what it keeps. After a failure or
   * `close` it does nothing.
   */
  write(block: Int16Array): void;
  /** Lets go of the output at once, without playing what is queued. Settles within `SINK_CLOSE_MS`, never rejects. */
  close(): Promise<void>;
}

export const SINK_CLOSE_MS = 200;

/**
 * Opens an output; rejects with a sentence and a hint when there is none. A failure later on is told once to
 * `onFailure`, in a sentence of at most 200 characters; that sink is then of no more use. `onUnderrun` is told each time
 * the card ran dry, by outputs that know.
 */
export type OpenSink = (onFailure: (reason: string) => void, onUnderrun: () => void) => Promise<Sink>;

/** The bytes of a block in the machine's order, which is little-endian on every machine Node has a build for a Pi. */
export function bytesOf(block: Int16Array): Buffer {
  return Buffer.from(block.buffer, block.byteOffset, block.byteLength);
}
