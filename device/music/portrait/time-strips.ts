/** The part of the picture that follows the song from left to right: waveform, spectrum, and three curves below. */

import { coordinate, textAt } from '../../../models/svg-text.ts';
import { brightnessColourAt, brightnessShare, heatColour, rgbToHex } from './colours.ts';
import { BAND_COUNT, BAND_FLOOR_DB, HIGHEST_BAND_HZ, LOWEST_BAND_HZ, type SongOverview } from './overview.ts';
import { pngOf } from './png.ts';
import type { SongPortrait } from './portrait.ts';

/** A rectangle of the picture, in its units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Colours of the waveform: a path for each keeps the file small. */
const WAVE_COLOURS = 24;
/** Quieter than this below full scale is no line of the loudness curve. */
const LOUDNESS_FLOOR_DB = -50;
/** Quieter than this below full scale has no brightness worth drawing: it is the noise of the recording. */
const AUDIBLE_RMS = 1e-3;
/** A song quieter than this everywhere is drawn as the line it is. */
const SMALLEST_EDGE = 1e-3;
/** Columns to each side. */
const SMOOTH_REACH = 2;
/** Edges of the brightness curve: below and above lies no music's centroid. */
const BOTTOM_HZ = 250;
const TOP_HZ = 8000;
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];
const MOST_TICKS = 9;

/** Peaks thin, loudness full: a compressed song is a bar, a free one a coast. Coloured by brightness. */
export function waveform(overview: SongOverview, box: Box): string {
  const { columnCount, low, high, rms } = overview;
  const step = box.width / columnCount;
  const middle = box.y + box.height / 2;
  // Drawn as large as there is room, so a quiet song can be seen; what the edge stands for is written beside it.
  const half = box.height / 2 / edgeOf(overview);
  const hues = smoothed(overview.brightnessHz, overview.rms);
  const peaks = Array.from({ length: WAVE_COLOURS }, () => '');
  const bodies = Array.from({ length: WAVE_COLOURS }, () => '');
  for (let column = 0; column < columnCount; column++) {
    const colour = Math.round(brightnessShare(hues[column]!) * (WAVE_COLOURS - 1));
    const x = coordinate(box.x + (column + 0.5) * step);
    const [top, bottom] = [middle - half * high[column]!, middle - half * low[column]!];
    peaks[colour] += `M${x} ${coordinate(top)}V${coordinate(Math.max(bottom, top + 0.6))}`;
    const body = half * rms[column]!;
    if (body >= 0.3) bodies[colour] += `M${x} ${coordinate(middle - body)}V${coordinate(middle + body)}`;
  }
  const strokes = (paths: readonly string[], opacity: number): string => {
    const lines = paths.map((path, at) => {
      const colour = rgbToHex(brightnessColourAt(at / (WAVE_COLOURS - 1)));
      return path === '' ? '' : `<path d="${path}" stroke="${colour}"/>`;
    });
    return `<g fill="none" stroke-width="${coordinate(step)}" opacity="${opacity}">${lines.join('')}</g>`;
  };
  return strokes(peaks, 0.55) + strokes(bodies, 1);
}

/** The sample value at the edge of the waveform's box. */
export function edgeOf({ low, high }: SongOverview): number {
  return Math.max(SMALLEST_EDGE, ...high, ...low.map((value) => -value));
}

/** Brightness over a few columns, louder ones counting more: the eye reads passages, not single columns. */
function smoothed(brightnessHz: Float32Array, rms: Float32Array): Float32Array {
  return brightnessHz.map((hz, column) => {
    let sum = 0;
    let weight = 0;
    for (let at = column - SMOOTH_REACH; at <= column + SMOOTH_REACH; at++) {
      if (at < 0 || at >= rms.length) continue;
      sum += rms[at]! * brightnessHz[at]!;
      weight += rms[at]!;
    }
    return weight > 0 ? sum / weight : hz;
  });
}

/** Which notes and noises, low to high, as a picture in the picture. */
export function spectrum({ columnCount, bands }: SongOverview, box: Box): string {
  const png = pngOf(columnCount, BAND_COUNT, (column, row) => {
    const level = bands[column * BAND_COUNT + BAND_COUNT - 1 - row]!;
    return heatColour(1 - level / BAND_FLOOR_DB);
  });
  const octaves = Math.log2(HIGHEST_BAND_HZ / LOWEST_BAND_HZ);
  const marks = [100, 1000, 5000].map((hz) => {
    const y = box.y + box.height * (1 - Math.log2(hz / LOWEST_BAND_HZ) / octaves);
    return textAt(box.x - 8, y + 4, hz < 1000 ? `${hz} Hz` : `${hz / 1000} kHz`, 'tick', 'end');
  });
  return (
    `<image x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" preserveAspectRatio="none" ` +
    `href="data:image/png;base64,${png.toString('base64')}"/>${marks.join('')}`
  );
}

export interface Curve {
  readonly name: string;
  /** 0 to 1 for each column; undefined where there is nothing to draw. */
  readonly heights: readonly (number | undefined)[];
  /** What the upper and the lower edge stand for. */
  readonly top: string;
  readonly bottom: string;
}

/** Loudness, brightness and movement over the song, each on its own scale. */
export function curvesOf(overview: SongOverview): readonly Curve[] {
  const loudness = Array.from(
    overview.rms,
    (rms) => 1 - (20 * Math.log10(Math.max(rms, 1e-9))) / LOUDNESS_FLOOR_DB,
  );
  const octaves = Math.log2(TOP_HZ / BOTTOM_HZ);
  const brightness = Array.from(overview.brightnessHz, (hz, at) =>
    overview.rms[at]! < AUDIBLE_RMS ? undefined : clamped(Math.log2(Math.max(hz, 1) / BOTTOM_HZ) / octaves),
  );
  // The greatest few are starts out of silence, which would press the rest to the ground.
  const sorted = [...overview.movementDb].sort((a, b) => a - b);
  const most = Math.max(2, Math.ceil(sorted[Math.floor(0.985 * (sorted.length - 1))]!));
  const movement = Array.from(overview.movementDb, (rise) => clamped(rise / most));
  return [
    { name: 'Loudness', heights: loudness.map(clamped), top: '0 dB', bottom: `−${-LOUDNESS_FLOOR_DB}` },
    { name: 'Brightness', heights: brightness, top: `${TOP_HZ / 1000} kHz`, bottom: `${BOTTOM_HZ} Hz` },
    { name: 'Movement', heights: movement, top: `${most} dB`, bottom: '0' },
  ];
}

export function curve({ name, heights, top, bottom }: Curve, box: Box): string {
  const step = box.width / heights.length;
  const floor = box.y + box.height;
  const end = coordinate(box.x + box.width);
  const runs = runsOf(heights).map(({ from, values }) => {
    const xs = values.map((_, at) => coordinate(box.x + (from + at + 0.5) * step));
    const line = values.map((value, at) => `${xs[at]} ${coordinate(floor - value * box.height)}`).join('L');
    return `<path class="area" d="M${xs[0]} ${floor}L${line}L${xs.at(-1)} ${floor}Z"/><path class="curve" d="M${line}"/>`;
  });
  return [
    ...runs,
    `<path class="rule" d="M${box.x} ${floor}H${end}"/>`,
    textAt(box.x, box.y - 7, name, 'label'),
    textAt(box.x - 8, box.y + 9, top, 'tick', 'end'),
    textAt(box.x - 8, floor, bottom, 'tick', 'end'),
  ].join('');
}

/** The stretches without gaps. */
function runsOf(heights: Curve['heights']): { from: number; values: number[] }[] {
  const runs: { from: number; values: number[] }[] = [];
  heights.forEach((height, at) => {
    if (height === undefined) return;
    if (at === 0 || heights[at - 1] === undefined) runs.push({ from: at, values: [] });
    runs.at(-1)!.values.push(height);
  });
  return runs;
}

/** Minutes and seconds below, and a bracket above over the stretch the box judges by. */
export function timeAxis({ overview, window }: SongPortrait, box: Box): string {
  const seconds = overview.durationMs / 1000;
  const step = TICK_SECONDS.find((tick) => seconds / tick <= MOST_TICKS) ?? Math.ceil(seconds / MOST_TICKS);
  const xAt = (second: number): number => box.x + (box.width * second) / seconds;
  const floor = box.y + box.height;
  const ticks: string[] = [];
  for (let second = 0; second <= seconds - 0.6 * step || second === 0; second += step) {
    const words = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
    ticks.push(textAt(xAt(second), floor + 18, words, 'tick', second === 0 ? 'start' : 'middle'));
  }
  const [from, to] = [xAt(window.startMs / 1000), Math.min(box.x + box.width, xAt(window.endMs / 1000))];
  const isWhole = to - from > box.width - 2;
  const bracket = isWhole
    ? ''
    : `<path class="bracket" d="M${coordinate(from)} ${box.y + 2}v-6H${coordinate(to)}v6"/>` +
      textAt(
        (from + to) / 2,
        box.y - 10,
        `the ${Math.round((window.endMs - window.startMs) / 1000)} s the box goes by`,
        'tick',
        'middle',
      );
  return ticks.join('') + bracket;
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
