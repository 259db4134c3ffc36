/** `amecs library list`: a table of every song the box has heard. */
import { FLOOR_LUFS, outOfReach, songGainDb, TARGET_LUFS } from '../../../device/music/song-gain.ts';
import type { Terminal } from '../command.ts';
import { type Column, tableLines } from '../text-table.ts';
import { type BoxLibrary, songForJson } from './box-library.ts';
import { decibelWords, lengthWords, loudnessWords, topEmotionWords } from './song-words.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'title', maxWidth: 36 },
  { heading: 'artist', maxWidth: 22 },
  { heading: 'length', align: 'right' },
  { heading: 'loudness', align: 'right' },
  { heading: 'gain', align: 'right' },
  { heading: 'before any press' },
  { heading: 'the child hears' },
  { heading: 'played', align: 'right' },
];

/** Songs that no gain brings to where the others are, and what to do about them. */
const OUT_OF_REACH = [
  [
    'tooSoft',
    `Nearly silent recordings, softer than ${loudnessWords(FLOOR_LUFS)} even when lifted; a louder copy would help`,
  ],
  [
    'tooLoud',
    `Damaged files, louder than ${loudnessWords(TARGET_LUFS)} even when turned down; another copy would help`,
  ],
] as const;

export function listSongs({ songs, presses }: BoxLibrary, asJson: boolean, terminal: Terminal): number {
  if (asJson) {
    terminal.out(JSON.stringify(songs.map(songForJson), null, 2));
    return 0;
  }
  if (songs.length === 0) {
    terminal.out('No song has been heard yet: amecs library add FILE, then amecs library scan.');
    return 0;
  }
  const rows = songs.map(({ song, isThere, opinions, timesPlayed }) => [
    isThere ? song.title : `(${song.title})`,
    song.artist ?? '',
    lengthWords(song.durationMs),
    loudnessWords(song.loudnessLufs),
    decibelWords(songGainDb(song)),
    opinions === undefined ? 'to be heard again' : topEmotionWords(opinions.population),
    opinions === undefined ? '' : topEmotionWords(opinions.child),
    String(timesPlayed),
  ]);
  const [heading, ...lines] = tableLines(COLUMNS, rows);
  terminal.out(heading!);
  for (const line of lines) terminal.out(line);
  terminal.out('');
  const learnt = presses === 0 ? 'nothing yet' : presses === 1 ? 'from 1 press' : `from ${presses} presses`;
  terminal.out(
    `${songs.length} ${songs.length === 1 ? 'song' : 'songs'}. The child’s model has learnt ${learnt}.`,
  );
  for (const [reach, line] of OUT_OF_REACH) {
    const titles = songs.filter(({ song }) => outOfReach(song) === reach).map(({ song }) => song.title);
    if (titles.length > 0) terminal.out(`${line}: ${titles.join(', ')}.`);
  }
  const gone = songs.filter(({ isThere }) => !isThere).length;
  if (gone > 0) {
    terminal.out(
      `In brackets: ${gone} whose file is not in its place now (stick unplugged, moved or deleted). They are known when they come back.`,
    );
  }
  return 0;
}
