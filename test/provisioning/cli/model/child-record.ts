/** Boxes and children made up for the tests of `amecs model`: songs most people agree on, and presses on them. */
import { createSongOpinions, type SongOpinions } from '../../../../device/learning/song-opinions.ts';
import type { StoredSong } from '../../../../device/music/library-store.ts';
import { EMOTIONS, type Emotion, type PerEmotion } from '../../../../models/emotions.ts';
import type { BoxRecord } from '../../../../provisioning/cli/model/box-record.ts';
import { songNumber } from '../../../support/songs.ts';

/** Song n is what most people call EMOTIONS[n % 4], some more clearly than others. */
export function storedSong(n: number): StoredSong {
  return {
    ...songNumber(n),
    hasCover: false,
    sizeBytes: 1,
    mtimeMs: 1,
    samplePeakDb: -3,
    truePeakDb: -3,
    windowStartMs: 0,
    traits: { tempoBpm: 90, tempoConfidence: 1, keyClarity: 1, majorness: 0, dynamicRangeLu: 5 },
    descriptorVersion: 'test-1',
  };
}

/** What most people hear in song n; its number is its only feature. */
export function opinionOfMost(n: number): PerEmotion {
  const clear = 0.5 + 0.03 * (Math.floor(n / 4) % 10);
  return EMOTIONS.map((_, k) => (k === n % 4 ? clear : (1 - clear) / 3)) as unknown as PerEmotion;
}

export function testOpinions(): SongOpinions {
  return createSongOpinions(
    {
      id: 'test',
      featureVersion: 'test-1',
      predict: async (songs) =>
        songs.map((features) => ({ probabilities: opinionOfMost(features[0]!), valenceArousal: [0, 0] })),
    },
    (reason) => {
      throw new Error(reason);
    },
  );
}

/** A press: on which song, and what it was called. */
export type Press = readonly [song: number, emotion: Emotion];

/** A box with songs 0 to `songCount` - 1 and these presses. */
export function boxRecord(songCount: number, presses: readonly Press[]): BoxRecord {
  return {
    songs: Array.from({ length: songCount }, (_, n) => storedSong(n)),
    selections: presses.map(([song, emotion], at) => ({
      epoch: 1,
      seq: at + 1,
      songId: songNumber(song).songId,
      emotion,
    })),
    stored: undefined,
  };
}

/** A child who hears as most people do, but for `instead`: songs most call one emotion are another to it. */
export function pressesOfChild(
  count: number,
  songCount: number,
  instead: Partial<Readonly<Record<Emotion, Emotion>>> = {},
): Press[] {
  return Array.from({ length: count }, (_, at): Press => {
    const song = (at * 7) % songCount;
    const emotion = EMOTIONS[song % 4]!;
    return [song, instead[emotion] ?? emotion];
  });
}

/** A terminal nobody watches. */
export const QUIET = { progress: () => {}, signal: new AbortController().signal };
