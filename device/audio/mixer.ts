/**
 * Mixes the songs that sound into blocks: fades, gain, ceiling. A voice never begins or ends in a jump:
 *
 * | gain | moves                                                                                            |
 * | ---- | ------------------------------------------------------------------------------------------------ |
 * | fade | up after `start`, down after `releaseAll`                                                        |
 * | edge | down over the last frames known, up once there are more: a song that ends and a decoder that     |
 * |      | falls behind are faded in the same way                                                           |
 *
 * Both are equal-power (a quarter sine), so one song under another keeps its loudness. No clock, no I/O.
 */
import { CHANNELS, msToFrames, SAMPLE_RATE_HZ } from './audio-format.ts';
import { createLimiter } from './limiter.ts';

/** Where a voice's samples come from. */
export interface VoiceFeed {
  /** Frames that can be read now. */
  readonly framesReady: number;
  /** No more frames will come after these. */
  readonly isComplete: boolean;
  /** Moves up to `frames` interleaved stereo frames into the start of `into`; answers how many. */
  read(into: Float32Array, frames: number): number;
}

export type MixerNews =
  /** The first frame of this voice is in the block just mixed. */
  | { readonly kind: 'started'; readonly voiceId: number }
  /** Its decoder fell behind; it is silent until there is enough again. */
  | { readonly kind: 'starved'; readonly voiceId: number }
  /** Its feed is complete and played to the end. */
  | { readonly kind: 'ended'; readonly voiceId: number }
  /** It has faded out after a release. */
  | { readonly kind: 'released'; readonly voiceId: number };

export interface Mixer {
  start(voice: { voiceId: number; feed: VoiceFeed; gainDb: number; fadeInMs: number }): void;
  /** Fades out everything that sounds. */
  releaseAll(fadeOutMs: number): void;
  /** Fills an interleaved stereo block, `LIMITER_DELAY_FRAMES` behind its voices; exact zeros when nothing sounds. */
  mix(block: Float32Array): readonly MixerNews[];
  /** Nothing sounds and nothing is left to come out. */
  readonly isSilent: boolean;
}

/** The shortest fade that is not heard as a click on low notes. */
const SHORTEST_FADE_MS = 10;

/** The fade at the edge of what is known. */
const EDGE_FRAMES = msToFrames(SHORTEST_FADE_MS);

/** After running dry a voice waits for this much, so that a slow decoder gives pauses and not stutter. */
const REFILL_FRAMES = msToFrames(250);

/** More voices than this fading out at once (a child drumming on the buttons) are cut short, oldest first. */
const MOST_VOICES = 4;

/** A damaged float file may hold anything; no recording goes this far (+18 dBFS). */
const LARGEST_SAMPLE = 8;

/** No gain lifts a song further than this, whatever its loudness was measured to be. */
const MOST_GAIN_DB = 12;

interface Voice {
  readonly voiceId: number;
  readonly feed: VoiceFeed;
  readonly gain: number;
  /** 0..1, a quarter sine is taken of it. */
  fade: number;
  fadePerFrame: number;
  /** 0..1 likewise; never above the share of `EDGE_FRAMES` that is left. */
  edge: number;
  hasStarted: boolean;
  isWaiting: boolean;
}

const NO_NEWS: readonly MixerNews[] = [];

export function createMixer(): Mixer {
  let voices: Voice[] = [];
  const limiter = createLimiter();
  let scratch = new Float32Array(0);

  function release(voice: Voice, fadeOutMs: number): void {
    voice.fadePerFrame = Math.min(voice.fadePerFrame, -fadeStep(fadeOutMs));
  }

  /** Adds one voice to the block; false once it is over. */
  function add(voice: Voice, block: Float32Array, tell: (kind: MixerNews['kind']) => void): boolean {
    const { feed } = voice;
    const frames = block.length / CHANNELS;
    if (voice.isWaiting) {
      if (feed.framesReady < REFILL_FRAMES && !feed.isComplete) {
        voice.fade += Math.min(0, voice.fadePerFrame * frames);
        return voice.fade > 0 || voice.fadePerFrame > 0 || over('released');
      }
      voice.isWaiting = false;
    }
    const known = feed.framesReady;
    const count = feed.read(scratch, frames);
    if (count > 0 && !voice.hasStarted) {
      voice.hasStarted = true;
      tell('started');
    }
    for (let frame = 0; frame < count; frame++) {
      voice.fade = Math.min(1, voice.fade + voice.fadePerFrame);
      if (voice.fade <= 0) return over('released');
      voice.edge = Math.min(1, voice.edge + 1 / EDGE_FRAMES, (known - frame - 1) / EDGE_FRAMES);
      const gain = voice.gain * quarterSine(voice.fade) * quarterSine(voice.edge);
      const at = frame * CHANNELS;
      block[at] = block[at]! + finite(scratch[at]!) * gain;
      block[at + 1] = block[at + 1]! + finite(scratch[at + 1]!) * gain;
    }
    if (feed.isComplete && feed.framesReady === 0) return over('ended');
    if (count < frames) {
      voice.isWaiting = true;
      voice.edge = 0;
      tell('starved');
    }
    return true;

    function over(kind: 'ended' | 'released'): false {
      tell(kind);
      return false;
    }
  }

  function isSilent(): boolean {
    return voices.length === 0 && limiter.isDrained;
  }

  return {
    start({ voiceId, feed, gainDb, fadeInMs }) {
      for (const voice of voices.slice(0, Math.max(0, voices.length + 1 - MOST_VOICES))) {
        release(voice, SHORTEST_FADE_MS);
      }
      voices.push({
        voiceId,
        feed,
        gain: 10 ** (Math.min(gainDb, MOST_GAIN_DB) / 20),
        fade: 0,
        fadePerFrame: fadeStep(fadeInMs),
        edge: 1,
        hasStarted: false,
        isWaiting: false,
      });
    },
    releaseAll(fadeOutMs) {
      for (const voice of voices) release(voice, fadeOutMs);
    },
    mix(block) {
      block.fill(0);
      if (isSilent()) return NO_NEWS;
      if (scratch.length < block.length) scratch = new Float32Array(block.length);
      const news: MixerNews[] = [];
      voices = voices.filter((voice) =>
        add(voice, block, (kind) => news.push({ kind, voiceId: voice.voiceId })),
      );
      limiter.limit(block);
      return news;
    },
    get isSilent() {
      return isSilent();
    },
  };
}

function fadeStep(fadeMs: number): number {
  return 1000 / (Math.max(SHORTEST_FADE_MS, fadeMs) * SAMPLE_RATE_HZ);
}

function quarterSine(phase: number): number {
  return phase >= 1 ? 1 : Math.sin((phase * Math.PI) / 2);
}

/** The sample, or 0 for what is no number or far beyond full scale. */
function finite(sample: number): number {
  return sample > -LARGEST_SAMPLE && sample < LARGEST_SAMPLE ? sample : 0;
}
