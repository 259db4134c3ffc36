/**
 * What the loudspeaker gets: the real box on an arm64 kernel plays through ALSA into a card whose other end is recorded.
 * Each request is matched to the song the box says it chose, and timed from the button's interrupt to the first sample
 * that can be heard; beside it, in the same run, what a bare program takes from the same interrupt to its tone.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesToMs, msToFrames } from '../../device/audio/audio-format.ts';
import { EMOTIONS } from '../../models/emotions.ts';
import { createSongFinder } from '../support/song-in-sound.ts';
import { type BoxOnPi, BUILT, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { heardSongs, songsOf } from './emulated-pi/heard-songs.ts';
import { firstAudible, longestUnbroken, type Recording, silences } from './emulated-pi/recording.ts';
import { quantile, tell } from './emulated-pi/report.ts';
import { followSong } from './emulated-pi/song-following.ts';
import { listen, PLUG_IN_CARD, startBareTone, watchEdges } from './emulated-pi/sound-card.ts';

const REQUESTS = 40;

/** How long a request is listened to, s of the machine's time; the last one longer. */
const LISTENED_S = 0.4;
const LAST_LISTENED_S = 6;

/** A song that comes later than this has not answered the press. */
const ANSWERS_WITHIN_MS = 3000;

/** Half a second of a song is enough to know it. */
const PIECE_FRAMES = msToFrames(500);

/** What a press may take to the card. */
const TARGET_MS = 60;

/** A waveform is the song's own. The fade at its beginning costs some of the 1. */
const OWN_SONG = 0.9;

interface Heard {
  readonly songId: string;
  readonly pressedAtMs: number;
  /** The first frame that can be heard, and the first after the button that ends the song went down. */
  readonly from: number;
  readonly to: number;
}

describe.skipIf(whyNoEmulatedPi() !== undefined).each(['aplay', 'speaker'])(
  'the loudspeaker, by %s',
  (sound) => {
    const folder = join(BUILT, 'runs', `loudspeaker-${sound}`);
    const songById = new Map<string, Float32Array>();
    let box: BoxOnPi;
    let recording: Recording;
    let heard: readonly Heard[];
    let toAudible: readonly number[];
    const toFirstSample: number[] = [];

    beforeAll(async () => {
      const data = await heardSongs(join(BUILT, 'heard-songs'));
      // A hold as short as may be set, to be done sooner.
      const config = { sound, holdToStopMs: 500, fadeOutMs: 100 };
      box = await startBoxOnPi({ folder, data, config, before: PLUG_IN_CARD, time: 'instructions' });
      for (const { songId, decode } of songsOf(data)) songById.set(songId, await decode());
      await box.machine.console.waitFor(/Keys 1 to 4/, 300_000);
      await box.waitForLog(['sound']);
    }, 400_000);
    afterAll(() => box?.machine.kill());

    test(`${REQUESTS} requests are each heard`, { timeout: 900_000 }, async () => {
      const ear = await listen(box.machine, folder);
      const edges = await watchEdges(box.machine, folder);
      const chosen: string[] = [];
      for (let request = 0; request < REQUESTS; request += 1) {
        const line = request % EMOTIONS.length;
        const from = box.log().length;
        await box.press(line, 0.06);
        chosen.push(String((await box.waitForLog(['playing'], from)).fields.songId));
        await box.sleep(request === REQUESTS - 1 ? LAST_LISTENED_S : LISTENED_S);
        await box.press(line, 0.55);
        await box.waitForLog(['stopped'], from);
        await box.sleep(0.3);
      }
      const edgesByLine = await edges.stop();
      recording = await ear.stop();

      // Down and up to ask, down and up to stop.
      const presses = EMOTIONS.flatMap((_, line) => {
        const times = edgesByLine.get(line) ?? [];
        expect(times).toHaveLength(4 * Math.ceil((REQUESTS - line) / EMOTIONS.length));
        return times.flatMap((atMs, i) => (i % 4 === 0 ? [{ atMs, stoppedAtMs: times[i + 2]! }] : []));
      }).toSorted((a, b) => a.atMs - b.atMs);
      heard = presses.map(({ atMs, stoppedAtMs }, i) => {
        const pressed = recording.frameAt(atMs);
        expect(firstAudible(recording.samples, pressed - msToFrames(50), pressed)).toBeUndefined();
        const from = firstAudible(recording.samples, pressed, pressed + msToFrames(ANSWERS_WITHIN_MS));
        expect(from, `request ${i}`).toBeDefined();
        return { songId: chosen[i]!, pressedAtMs: atMs, from: from!, to: recording.frameAt(stoppedAtMs) };
      });
      toAudible = heard.map(({ from, pressedAtMs }) => recording.msOf(from) - pressedAtMs);
    });

    test('what is heard is the song the box says it chose, and no other', { timeout: 200_000 }, () => {
      const finders = [...songById].map(([songId, song]) => ({ songId, ...createSongFinder(song) }));
      const own: number[] = [];
      const others: number[] = [];
      for (const { songId, from, to, pressedAtMs } of heard) {
        const unbroken = longestUnbroken(recording.samples, { from, to });
        const piece = recording.samples.slice(
          unbroken.from,
          Math.min(unbroken.to, unbroken.from + PIECE_FRAMES),
        );
        for (const finder of finders) {
          const match = finder.find(piece);
          (finder.songId === songId ? own : others).push(match.correlation);
          // A song begins softly, and is faded in: its first sample comes before the first that can be heard.
          if (finder.songId === songId && unbroken.from === from) {
            toFirstSample.push(recording.msOf(from - match.at) - pressedAtMs);
          }
        }
      }
      tell(`${sound}: likeness to what is heard, %`, {
        chosenAtLeast: 100 * Math.min(...own),
        othersAtMost: 100 * Math.max(...others),
      });
      expect(Math.min(...own)).toBeGreaterThan(OWN_SONG);
      expect(Math.max(...others)).toBeLessThan(Math.min(...own) - 0.2);
    });

    test('a song is heard without holes and in order', { timeout: 200_000 }, () => {
      const { songId, from, to } = heard.at(-1)!;
      const windows = followSong(recording.samples, songById.get(songId)!, {
        ...{ from, to },
        windowFrames: msToFrames(100),
      });
      const alike = windows.filter(({ correlation }) => correlation > OWN_SONG);
      const holes = silences(recording.samples, msToFrames(2), from, to);
      tell(`${sound}: ${Math.round(framesToMs(to - from) / 1000)} s of one song`, {
        windows: windows.length,
        alike: alike.length,
        holes: holes.length,
        longestMs: Math.max(0, ...holes.map((hole) => framesToMs(hole.to - hole.from))),
      });
      expect(windows.length).toBeGreaterThan(0.8 * (LAST_LISTENED_S * 10));
      expect(alike.length).toBeGreaterThanOrEqual(0.9 * windows.length);
      const places = alike.map(({ at }) => at);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    });

    test('a press is heard soon after its interrupt; a bare program is measured beside it', {
      timeout: 400_000,
    }, async () => {
      expect(await box.stop()).toBe(0);
      await startBareTone(box.machine, 0);
      const edges = await watchEdges(box.machine, folder);
      const ear = await listen(box.machine, folder);
      for (let press = 0; press < REQUESTS; press += 1) {
        await box.press(0, 0.06);
        await box.sleep(0.15);
      }
      const times = (await edges.stop()).get(0) ?? [];
      const bare = await ear.stop();
      expect(times).toHaveLength(2 * REQUESTS);
      const bareLatencies = times
        .filter((_, i) => i % 2 === 0)
        .map((atMs) => {
          const begin = bare.frameAt(atMs) - msToFrames(20);
          return bare.msOf(firstAudible(bare.samples, begin) ?? Number.NaN) - atMs;
        });
      tell(`${sound}: interrupt to the first audible sample, ms`, figuresOf(toAudible));
      tell(`${sound}: interrupt to the song's first sample, ms`, figuresOf(toFirstSample));
      tell('a bare program: interrupt to its tone, ms', figuresOf(bareLatencies));
      tell('target on a Pi, ms', { p50: TARGET_MS });
      expect(quantile(toAudible, 0.5)).toBeLessThan(4 * TARGET_MS);
    });
  },
);

function figuresOf(values: readonly number[]): { readonly p50: number; readonly p95: number } {
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95) };
}
