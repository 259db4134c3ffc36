/** What the audio process and its decoding thread say to each other. */
import type { Chunk } from './stereo-song.ts';

export type DecodeRequest =
  | {
      readonly kind: 'open';
      readonly streamId: number;
      readonly path: string;
      /** First frame wanted, at 44.1 kHz. */
      readonly from: number;
      /** Frames that may be delivered before the next `allow`. */
      readonly allowed: number;
      /** Decoded before all that are not: it sounds, or should. */
      readonly isUrgent: boolean;
    }
  | { readonly kind: 'allow'; readonly streamId: number; readonly allowed: number }
  | { readonly kind: 'hurry'; readonly streamId: number }
  | { readonly kind: 'close'; readonly streamId: number }
  /** A chunk's buffer, transferred back to be used again: garbage outside the heap is collected far too late. */
  | { readonly kind: 'giveBack'; readonly buffer: ArrayBuffer };

export type DecodeAnswer =
  /** Interleaved stereo at 44.1 kHz, transferred; empty while skipping, as a sign of life. */
  | { readonly kind: 'chunk'; readonly streamId: number; readonly samples: Chunk }
  | { readonly kind: 'complete'; readonly streamId: number }
  | { readonly kind: 'failed'; readonly streamId: number; readonly reason: string; readonly hint: string };
