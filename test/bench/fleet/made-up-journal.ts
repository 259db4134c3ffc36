/**
 * A made-up child's days with a box, as the journal a box would write of them. Pure and seeded: the journal of a box is
 * the same whenever it is asked for, so what a server stored can be compared with what was sent.
 */
import { EMOTIONS, type Emotion } from '../../../models/emotions.ts';
import type { JournalEntry, JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { seededRandom } from '../../models/child/child-fixtures.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Midnight at which every journal begins. */
export const FIRST_DAY_MS = Date.UTC(2026, 2, 2);

/** When children use a box: before school, after it, before bed; hours of the day. */
const SESSION_HOURS = [8, 15.5, 18.5] as const;
/** Sessions begin this far around those hours. */
const SESSION_SPREAD_MS = 1.5 * HOUR_MS;
const SONGS_A_SESSION = { least: 3, most: 8 };
const SONG_MS = { least: 60_000, most: 200_000 };
/** A song is played to its end this often, and labelled with each of two presses this often. */
const FINISHED_SHARE = 0.7;
const SELECTED_SHARE = 0.5;
const SONGS_OF_A_BOX = 40;
const BUTTONS: Readonly<Record<Emotion, string>> = {
  happy: 'yellow',
  angry: 'red',
  sad: 'blue',
  calm: 'green',
};

type Timed = readonly [atMs: number, entry: JournalEntry];

/** The journal of box number `box`, day after day, for ever: about 30 events a day. `wallMs` is the true time. */
export function* boxJournal(seed: number, box: number): Generator<JournalEvent, never> {
  const random = seededRandom(seed + Math.imul(box + 1, 0x9e3779b1));
  const songs = Array.from({ length: SONGS_OF_A_BOX }, () => hex(random, 32));
  let seq = 0;
  for (let day = 0; ; day++) {
    const bootId = uuidV4(random);
    const bootedAtMs = 6 * HOUR_MS + random() * HOUR_MS;
    for (const [atMs, entry] of [...morning(bootedAtMs), ...sessions(bootedAtMs, songs, random)]) {
      yield {
        stamp: {
          epoch: 1,
          seq: ++seq,
          bootId,
          monotonicMs: Math.round(atMs - bootedAtMs) + 4_000,
          wallMs: FIRST_DAY_MS + day * DAY_MS + Math.round(atMs),
          clockState: 'ntp',
        },
        entry,
      };
    }
  }
}

/** The next `count` events of a journal. */
export function nextEvents(journal: Iterator<JournalEvent, never>, count: number): JournalEvent[] {
  return Array.from({ length: count }, () => journal.next().value);
}

function* morning(atMs: number): Generator<Timed> {
  yield [atMs, { kind: 'booted', appVersion: '0.1.0' }];
  yield [atMs + 1500, { kind: 'libraryScanned', songs: SONGS_OF_A_BOX, refused: 0 }];
}

/** One to three sessions, one after the other. */
function* sessions(bootedAtMs: number, songs: readonly string[], random: () => number): Generator<Timed> {
  let atMs = bootedAtMs + 60_000;
  let pressId = 0;
  for (const hour of SESSION_HOURS.filter((_, i) => i === 1 || random() < 0.5)) {
    atMs = Math.max(atMs, hour * HOUR_MS + (random() - 0.5) * SESSION_SPREAD_MS);
    for (let left = drawn(SONGS_A_SESSION, random); left > 0; left--) {
      const songId = songs[Math.floor(random() * songs.length)]!;
      const press = (): { pressId: number; emotion: Emotion; button: string } => {
        const emotion = EMOTIONS[Math.floor(random() * EMOTIONS.length)]!;
        return { pressId: ++pressId, emotion, button: BUTTONS[emotion] };
      };
      const asked = press();
      yield [
        atMs,
        { kind: 'requested', ...asked, songId, predicted: probabilities(random), propensity: random() },
      ];
      const playedMs = drawn(SONG_MS, random);
      for (const share of [0.2, 0.6]) {
        const positionMs = Math.round((share + 0.2 * random()) * playedMs);
        if (random() >= SELECTED_SHARE) continue;
        const predicted = probabilities(random);
        yield [atMs + positionMs, { kind: 'selected', ...press(), songId, positionMs, predicted }];
      }
      atMs += playedMs;
      yield random() < FINISHED_SHARE
        ? [atMs, { kind: 'finished', songId, positionMs: playedMs }]
        : [atMs, { kind: 'stopped', button: asked.button, songId, positionMs: playedMs }];
      atMs += 2_000 + random() * 20_000;
    }
  }
}

function probabilities(random: () => number): [number, number, number, number] {
  const [a, b, c, d] = [random(), random(), random(), random()];
  const sum = a + b + c + d;
  return [a / sum, b / sum, c / sum, d / sum];
}

/** A whole number within a range, both ends included. */
function drawn(range: { least: number; most: number }, random: () => number): number {
  return range.least + Math.floor(random() * (range.most - range.least + 1));
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

function uuidV4(random: () => number): string {
  return hex(random, 30).replace(/^(.{8})(.{4})(.{3})(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}
