/**
 * Plays in the browser what the box plays, at the same place and loudness; off until someone asks for it.
 * Every start and stop is a fade; a song that cannot be played here is silent here and nowhere else.
 */
import type { PageSong, PageStatus } from '../panel-protocol.ts';

/** Fades, s: in slowly, out well within the 400 ms a stop may take. */
const FADE_IN_S = 0.6;
const FADE_OUT_S = 0.35;

/** How far the browser may be from the box before it jumps there, ms; a person hears it in one room from about 50. */
const DRIFT_MAX_MS = 300;

export interface ListenHere {
  /** Must be called from a click: browsers allow sound only then. */
  turn(isOn: boolean): void;
  follow(playing: PageStatus['playing']): void;
}

interface Deck {
  readonly songId: string;
  fadeOut(): void;
  /** Move to where the box is, where that is far from here. */
  keepUp(song: PageSong, atMs: number): void;
}

export function createListenHere(): ListenHere {
  let context: AudioContext | undefined;
  let isOn = false;
  let song: PageSong | undefined;
  let songAtMs = 0;
  let deck: Deck | undefined;

  function update(): void {
    const wanted = isOn ? song : undefined;
    if (deck && deck.songId !== wanted?.songId) {
      deck.fadeOut();
      deck = undefined;
    }
    if (!wanted || !context) return;
    deck ??= createDeck(context, wanted);
    deck.keepUp(wanted, songAtMs);
  }

  return {
    turn(on) {
      isOn = on;
      if (on) {
        context ??= new AudioContext();
        void context.resume();
      }
      update();
    },
    follow(playing) {
      song = playing;
      songAtMs = performance.now();
      update();
    },
  };
}

function createDeck(context: AudioContext, song: PageSong): Deck {
  const audio = new Audio(`/songs/${song.songId}`);
  const gain = new GainNode(context, { gain: 0 });
  // Quiet songs are lifted with their peaks over full scale; on the box its limiter takes them back.
  const limiter = new DynamicsCompressorNode(context, { threshold: -1, knee: 0, ratio: 20, attack: 0.001 });
  context.createMediaElementSource(audio).connect(gain).connect(limiter).connect(context.destination);
  let latest = song;
  let latestAtMs = performance.now();
  let isLeaving = false;

  /** Where the box is by now. */
  const dueMs = () => latest.positionMs + (performance.now() - latestAtMs);

  function jump(): void {
    if (Math.abs(audio.currentTime * 1000 - dueMs()) > DRIFT_MAX_MS) audio.currentTime = dueMs() / 1000;
  }

  function start(): void {
    if (isLeaving || dueMs() >= latest.durationMs) return;
    jump();
    audio.play().then(
      () => {
        // Loading and seeking took time of their own.
        jump();
        const level = isLeaving ? 0 : 10 ** (song.gainDb / 20);
        gain.gain.setTargetAtTime(level, context.currentTime, FADE_IN_S / 3);
      },
      () => {}, // The browser does not play this format, or not now; the box does.
    );
  }

  audio.addEventListener('loadedmetadata', start);

  return {
    songId: song.songId,
    fadeOut() {
      isLeaving = true;
      gain.gain.cancelScheduledValues(context.currentTime);
      gain.gain.setTargetAtTime(0, context.currentTime, FADE_OUT_S / 5);
      setTimeout(() => {
        audio.pause();
        audio.removeAttribute('src');
        audio.load();
        gain.disconnect();
        limiter.disconnect();
      }, FADE_OUT_S * 1000);
    },
    keepUp(next, atMs) {
      latest = next;
      latestAtMs = atMs;
      if (audio.readyState < HTMLMediaElement.HAVE_METADATA || audio.seeking) return;
      if (audio.paused) start();
      else jump();
    },
  };
}
