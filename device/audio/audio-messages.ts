/**
 * What the box and its audio process say to each other. Both ends come from the same build, so nothing is parsed
 * again on arrival. Times are `Clock.monotonicMs`, which is the same clock in both processes.
 */
import type { PlayerEvent, Track } from '../core/ports.ts';

/** Which output to play through; `auto` takes the best there is and looks again while there is none. */
export type SinkChoice = 'auto' | 'speaker' | 'aplay' | 'silent' | { readonly wav: string };

export interface AudioProcessOptions {
  readonly sink: SinkChoice;
  /** Sinks not to be tried, because opening them ended an earlier audio process. */
  readonly avoided: readonly string[];
}

/** Box to audio process. */
export type AudioCommand =
  | { readonly kind: 'prepare'; readonly tracks: readonly Track[] }
  | {
      readonly kind: 'play';
      readonly playId: number;
      readonly track: Track;
      readonly fadeInMs: number;
      /** When the song began in an audio process that has died: go on where it should be by now. */
      readonly startedAtMs?: number;
    }
  | { readonly kind: 'stop'; readonly fadeOutMs: number }
  | { readonly kind: 'close' };

/** How often the audio process says that it is alive. */
export const HEARTBEAT_MS = 500;

/** How the audio process fares; counted since it started. */
export interface AudioFigures {
  /** Times a song had to wait for its decoder. */
  readonly starvations: number;
  /** Times the pump woke too late, so that a card may have run dry, and by how much altogether. */
  readonly lateWakes: number;
  readonly lateMs: number;
  /** Times the card told that it ran dry while a song sounded; `speaker` never tells. */
  readonly underruns: number;
  /** Songs of the last `prepare` that would start at once now. */
  readonly headsReady: number;
  /** Resident memory of the audio process. */
  readonly residentBytes: number;
}

/** Audio process to box. */
export type AudioReport =
  | { readonly kind: 'event'; readonly event: PlayerEvent }
  /** Told just before a sink is opened: should the process die of it, the next one avoids this sink. */
  | { readonly kind: 'opening'; readonly sink: string }
  | { readonly kind: 'alive'; readonly figures: AudioFigures }
  /** The process ends by itself while silent, to give back memory a native binding has leaked. */
  | { readonly kind: 'retiring'; readonly reason: string }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn';
      readonly event: string;
      readonly message: string;
    };
