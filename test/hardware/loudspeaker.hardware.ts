/**
 * What the loudspeaker gets: the real box on an arm64 kernel plays through ALSA into a card whose other end is recorded.
 * Each request is matched to the song the box says it chose, and timed from the button's interrupt to the first sample
 * that can be heard; beside it, in the same run, what a bare program takes from the same interrupt to its tone.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesToMs, msToFrames } from '../../device/audio/audio-format.ts';
import { EMOTIONS } from '../../models/emotions.ts';
import { createSongFinder, type SongFinder } from '../support/song-in-sound.ts';
import { type BoxOnPi, BUILT, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { heardSongs, type SongOnPi, songsOf } from './emulated-pi/heard-songs.ts';
import { firstAudible, type Recording, silences } from './emulated-pi/recording.ts';
import { quantile, tell } from './emulated-pi/report.ts';
import { listen, PLUG_IN_CARD, startBareTone, watchEdges } from './emulated-pi/sound-card.ts';

const REQUESTS = 40;

/** A request is heard for this long; the first for `LONG_MS`. */
const SHORT_MS = 400;
const LONG_MS = 10_000;

/** For the fade to end and silence to begin, on this side's clock. */
const SETTLED_MS = 400;

/** Emulated or not, a song that comes later than this has not answered the press. */
const ANSWERS_WITHIN_MS = 3000;

const WINDOW_FRAMES = msToFrames(100);

/** What a press may take to the card on a Pi; emulation adds what the bare program shows. */
const TARGET_MS = 60;

interface Heard {
  readonly songId: string;
  readonly pressedAtMs: number;
  /** First frame that can be heard, if any, and the first after the press that ends the song. */
  readonly from: number;
  readonly to: number;
}

describe.skipIf(whyNoEmulatedPi() !== undefined).each(['aplay', 'speaker'])(
  'the loudspeaker, by %s',
  (sound) => {
    const folder = join(BUILT, 'runs', `loudspeaker-${sound}`);
    let box: BoxOnPi;
    let songs: readonly SongOnPi[];
    let finders: ReadonlyMap<string, SongFinder>;
    let recording: Recording;
    let heard: readonly Heard[];

    beforeAll(async () => {
      const data = await heardSongs(join(BUILT, 'heard-songs'));
      songs = songsOf(data);
      // Emulation stretches what lies between two edges of one contact.
      const config = { sound, holdToStopMs: 500, fadeOutMs: 100, pressFilter: { releaseMs: 60 } };
      box = await startBoxOnPi({ folder, data, config, before: PLUG_IN_CARD });
      await box.machine.console.waitFor(/Keys 1 to 4/, 200_000);
      finders = new Map(
        await Promise.all(
          songs.map(async ({ songId, decode }) => [songId, createSongFinder(await decode())] as const),
        ),
      );
    }, 300_000);
    afterAll(() => box?.machine.kill());

    test(`${REQUESTS} requests are each heard, in time`, { timeout: 600_000 }, async () => {
      const ear = await listen(box.machine, folder);
      const edges = await watchEdges(box.machine, folder);
      const chosen: string[] = [];
      for (let request = 0; request < REQUESTS; request += 1) {
        const line = request % EMOTIONS.length;
        const from = box.log().length;
        await box.play(line, [
          [true, 60],
          [false, 0],
        ]);
        chosen.push(String((await box.waitForLog(['playing'], from)).fields.songId));
        await pause(request === 0 ? LONG_MS : SHORT_MS);
        await box.play(line, [[true, 0]]);
        await box.waitForLog(['stopped'], from);
        await box.play(line, [[false, SETTLED_MS]]);
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
        const from = firstAudible(recording.samples, pressed, pressed + msToFrames(ANSWERS_WITHIN_MS));
        expect(from, `request ${i} is heard`).toBeDefined();
        return { songId: chosen[i]!, pressedAtMs: atMs, from: from!, to: recording.frameAt(stoppedAtMs) };
      });
      const latencies = heard.map(({ from, pressedAtMs }) => recording.msOf(from) - pressedAtMs);
      tell(`${sound}: button's interrupt to the first audible sample at the card, ms`, {
        p50: quantile(latencies, 0.5),
        p95: quantile(latencies, 0.95),
        target: TARGET_MS,
      });
    });

    test('what is heard is the song the box says it chose', () => {
      const [own, other] = [[] as number[], [] as number[]];
      for (const { songId, from, to } of heard) {
        const piece = recording.samples.slice(...longestPiece(recording.samples, from, to));
        for (const [id, finder] of finders) {
          (id === songId ? own : other).push(finder.find(piece).correlation);
        }
      }
      tell(`${sound}: correlation with the chosen song`, {
        least: Math.min(...own),
        p50: quantile(own, 0.5),
      });
      tell(`${sound}: with the three others`, { most: Math.max(...other), p50: quantile(other, 0.5) });
    });
  },
);

/** The longest piece without a hole, at most half a second. */
function longestPiece(samples: Float32Array, from: number, to: number): readonly [from: number, to: number] {
  const holes = silences(samples, 32, from, to);
  const begins = [from, ...holes.map((hole) => hole.to)];
  const ends = [...holes.map((hole) => hole.from), to];
  const pieces = begins.map((begin, i) => [begin, ends[i]!] as const);
  const [begin, end] = pieces.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
  return [begin, Math.min(end, begin + msToFrames(500))];
}
