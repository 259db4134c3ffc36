/** The colours of pictures: told apart by people with any kind of colour vision, on light paper and on dark. */
import type { Emotion } from '../../../models/emotions.ts';

/** Okabe & Ito (2008), Color Universal Design, as near to the buttons' yellow, red, blue and green as it has them. */
export const EMOTION_COLOURS: Readonly<Record<Emotion, string>> = {
  happy: '#e6a700',
  angry: '#d55e00',
  sad: '#2f86c8',
  calm: '#0f9e76',
};

export type Rgb = readonly [red: number, green: number, blue: number];

/** Dark to bright sound: blue to amber, which no colour blindness confuses; each readable on white and on black. */
const BRIGHTNESS_STOPS: readonly Rgb[] = [
  [46, 92, 171],
  [38, 132, 168],
  [92, 156, 130],
  [190, 158, 52],
  [232, 138, 12],
];

/** Quiet to loud, after cividis (Nuñez, Anderton & Renslow 2018): lightness grows evenly for everybody. */
const HEAT_STOPS: readonly Rgb[] = [
  [0, 22, 51],
  [0, 48, 111],
  [75, 83, 109],
  [123, 123, 121],
  [173, 163, 112],
  [226, 204, 84],
  [255, 236, 120],
];

/** Hz that count as the darkest and the brightest: a cello alone, a hi-hat alone. */
export const DARK_HZ = 500;
export const BRIGHT_HZ = 5000;

/** Colour of a spectral centroid. */
export function brightnessColour(hz: number): Rgb {
  return brightnessColourAt(brightnessShare(hz));
}

/** Colour of a share as `brightnessShare` gives it. */
export function brightnessColourAt(share: number): Rgb {
  return colourAt(BRIGHTNESS_STOPS, share);
}

/** 0 for dark sound to 1 for bright, evenly by octaves. */
export function brightnessShare(hz: number): number {
  const share = Math.log2(Math.max(hz, 1) / DARK_HZ) / Math.log2(BRIGHT_HZ / DARK_HZ);
  return Math.min(1, Math.max(0, share));
}

/** Colour of a level, 0 to 1. */
export function heatColour(share: number): Rgb {
  return colourAt(HEAT_STOPS, share);
}

export function rgbToHex(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function colourAt(stops: readonly Rgb[], share: number): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const before = Math.min(Math.floor(place), stops.length - 2);
  const part = place - before;
  const [from, to] = [stops[before]!, stops[before + 1]!];
  return [0, 1, 2].map((c) => from[c]! + part * (to[c]! - from[c]!)) as unknown as Rgb;
}
