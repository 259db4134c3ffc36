import { expect, test } from 'vitest';
import type { StoredSong } from '../../../../device/music/library-store.ts';
import { listSongs } from '../../../../provisioning/cli/library/list-songs.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';

function song(title: string, loudnessLufs: number, truePeakDb: number) {
  const heard: Pick<StoredSong, 'title' | 'durationMs' | 'loudnessLufs' | 'truePeakDb'> = {
    title,
    durationMs: 60_000,
    loudnessLufs,
    truePeakDb,
  };
  return { song: heard as StoredSong, isThere: true, timesPlayed: 0 };
}

test('songs that no gain brings to where the others are, are told by name', () => {
  const terminal = createRecordingTerminal();
  const songs = [
    song('Ordinary', -14, 0),
    song('Whisper', -45, -30),
    song('Dust', -39, -8),
    song('Broken', 9, 20),
  ];
  listSongs({ songs, presses: 0 }, false, terminal);
  const [soft, loud] = terminal.outLines.slice(-2);
  expect(soft).toMatch(/^Nearly silent recordings, softer than −26\.0 LUFS .*: Whisper, Dust\.$/);
  expect(loud).toMatch(/^Damaged files, louder than −20\.0 LUFS .*: Broken\.$/);
  expect(terminal.outLines.find((line) => line.startsWith('Ordinary'))).toContain('−6.0 dB');
});

test('nothing is said where all songs can be levelled', () => {
  const terminal = createRecordingTerminal();
  listSongs({ songs: [song('Ordinary', -14, 0)], presses: 0 }, false, terminal);
  expect(terminal.outLines.at(-1)).toMatch(/^1 song\. /);
});
