/** A song's picture in a few lines of a terminal: waveform, curves, and what is heard in it. */
import { stripVTControlCharacters } from 'node:util';
import { EMOTIONS, type PerEmotion } from '../../../models/emotions.ts';
import { brightnessColour, EMOTION_COLOURS, type Rgb } from './colours.ts';
import { isOwnOpinion, placeOf, reachOf, type SongPortrait } from './portrait.ts';
import { curvesOf } from './time-strips.ts';

/** Eighths of a cell, empty to full. */
const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const BAR_CELLS = 24;
/** Rows and columns of the plane; odd, so that its axes have a place. */
const PLANE_ROWS = 7;
const PLANE_COLUMNS = 21;
const WAVE_ROWS = 3;

/** Lines of at most `width` cells; colours (24-bit ANSI) only where the terminal has them. */
export function terminalPortrait(song: SongPortrait, width: number, isColourful: boolean): string[] {
  const paint = (rgb: Rgb, text: string): string =>
    isColourful ? `\x1b[38;2;${rgb.map(Math.round).join(';')}m${text}\x1b[39m` : text;
  const by = [song.artist, song.album].filter((text) => text !== undefined).join(' · ');
  const name = 12;
  const cells = Math.max(20, Math.min(width - name, song.overview.columnCount));
  const curves = curvesOf(song.overview).map((each) => {
    const line = toCells(
      each.heights.map((height) => height ?? 0),
      cells,
    )
      .map(eighth)
      .join('');
    return `${each.name.toLowerCase().padEnd(name)}${line}`;
  });
  return [
    isColourful ? `\x1b[1m${song.title}\x1b[22m` : song.title,
    ...(by === '' ? [] : [by]),
    song.facts.join(' · '),
    '',
    ...waveRows(song, cells, paint).map((row) => ' '.repeat(name) + row),
    ...curves,
    '',
    ...beside(opinionLines(song, paint), planeLines(song, paint)),
  ];
}

/** Peaks from the ground up, in rows of eighths. */
function waveRows(
  { overview }: SongPortrait,
  cells: number,
  paint: (rgb: Rgb, text: string) => string,
): string[] {
  const { low, high, brightnessHz } = overview;
  const peaks = toCells(
    Array.from(high, (value, at) => Math.max(value, -low[at]!)),
    cells,
    'peak',
  );
  const hz = toCells(Array.from(brightnessHz), cells);
  const scale = Math.max(...peaks, 1e-9);
  return Array.from({ length: WAVE_ROWS }, (_, row) => {
    const ground = WAVE_ROWS - 1 - row;
    const cell = (peak: number): string => eighth((peak / scale) * WAVE_ROWS - ground);
    return peaks.map((peak, at) => paint(brightnessColour(hz[at]!), cell(peak))).join('');
  });
}

function opinionLines(
  { opinions, presses }: SongPortrait,
  paint: (rgb: Rgb, text: string) => string,
): string[] {
  if (opinions === undefined) return ['to be heard again: amecs library scan'];
  const bars = (shares: PerEmotion): string[] =>
    EMOTIONS.map((emotion, at) => {
      const filled = Math.round(BAR_CELLS * shares[at]!);
      const bar =
        paint(hexToRgb(EMOTION_COLOURS[emotion]), '█'.repeat(filled)) + '·'.repeat(BAR_CELLS - filled);
      return `${emotion.padEnd(6)}${bar} ${String(Math.round(100 * shares[at]!)).padStart(3)} %`;
    });
  if (presses === 0) return ['before any press', ...bars(opinions.population)];
  if (!isOwnOpinion(opinions))
    return ['before any press, and for this child too', ...bars(opinions.population)];
  return ['before any press', ...bars(opinions.population), 'this child hears', ...bars(opinions.child)];
}

/** The plane: ○ most people, ◆ the child, · other songs. */
function planeLines({ opinions, others }: SongPortrait, paint: (rgb: Rgb, text: string) => string): string[] {
  const grid = Array.from({ length: PLANE_ROWS }, (_, row) =>
    Array.from({ length: PLANE_COLUMNS }, (_, column): string => {
      const isAcross = row === (PLANE_ROWS - 1) / 2;
      const isUp = column === (PLANE_COLUMNS - 1) / 2;
      return isAcross && isUp ? '┼' : isAcross ? '─' : isUp ? '│' : ' ';
    }),
  );
  const reach = reachOf([...others, ...(opinions ? [opinions.population, opinions.child] : [])].map(placeOf));
  const mark = (shares: PerEmotion, sign: string): void => {
    const { valence, arousal } = placeOf(shares);
    const row = Math.round(((1 - arousal / reach) / 2) * (PLANE_ROWS - 1));
    grid[row]![Math.round(((1 + valence / reach) / 2) * (PLANE_COLUMNS - 1))] = sign;
  };
  for (const other of others) mark(other, '·');
  if (opinions !== undefined) {
    mark(opinions.population, '○');
    if (isOwnOpinion(opinions)) mark(opinions.child, '◆');
  }
  const corner = (emotion: 'happy' | 'angry' | 'sad' | 'calm'): string =>
    paint(hexToRgb(EMOTION_COLOURS[emotion]), emotion);
  const gap = (words: number): string => ' '.repeat(PLANE_COLUMNS - words);
  return [
    corner('angry') + gap(10) + corner('happy'),
    ...grid.map((row) => row.join('')),
    corner('sad') + gap(7) + corner('calm'),
  ];
}

/** Two blocks of lines next to each other. */
function beside(left: readonly string[], right: readonly string[]): string[] {
  const visible = (text: string): number => stripVTControlCharacters(text).length;
  const room = Math.max(...left.map(visible)) + 6;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const text = left[at] ?? '';
    return (text + ' '.repeat(room - visible(text)) + (right[at] ?? '')).trimEnd();
  });
}

/** As many values as there are cells: the mean, or the peak, of those that fall into each. */
function toCells(values: readonly number[], cells: number, how: 'mean' | 'peak' = 'mean'): number[] {
  return Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * values.length) / cells);
    const part = values.slice(from, Math.max(from + 1, Math.floor(((cell + 1) * values.length) / cells)));
    return how === 'peak' ? Math.max(...part) : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

function eighth(share: number): string {
  return EIGHTHS[Math.round(8 * Math.min(1, Math.max(0, share)))]!;
}

function hexToRgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}
