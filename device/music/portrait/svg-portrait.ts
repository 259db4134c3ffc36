/** A song's picture as one self-contained SVG: for light paper and dark screens, with nothing to load. */

import { coordinate, escapeXml, textAt } from '../../../models/svg-text.ts';
import { BRIGHT_HZ, brightnessColour, DARK_HZ, rgbToHex } from './colours.ts';
import { emotionBars, emotionPlane } from './emotion-plane.ts';
import { fitText } from './fit-text.ts';
import { isOwnOpinion, type SongPortrait } from './portrait.ts';
import { type Box, curve, curvesOf, edgeOf, spectrum, timeAxis, waveform } from './time-strips.ts';

const WIDTH = 1200;
const HEIGHT = 760;
const MARGIN = 44;
/** Columns a picture of this size can show. */
export const PORTRAIT_COLUMNS = 376;

const COVER: Box = { x: MARGIN, y: 34, width: 112, height: 112 };
const WAVE: Box = { x: 92, y: 204, width: 752, height: 150 };
const SPECTRUM: Box = { ...WAVE, y: 404, height: 104 };
const CURVE_TOPS = [546, 622, 698];
const CURVE_HEIGHT = 40;
const PLANE: Box = { x: 908, y: 204, width: 248, height: 248 };
const BARS: Box = { ...PLANE, y: 534, height: 92 };
const CHILD_BARS: Box = { ...PLANE, y: 652, height: 90 };
/** Bytes; a larger cover would make the picture too large to send. */
const LARGEST_COVER = 1_500_000;

const STYLE = `
.paper{fill:#fbf7ef}.ink,.title{fill:#2f2a24}.quiet,.tick,.label{fill:#675e52}.mark,.corner{fill:#2f2a24}
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
.title{font-size:38px;font-weight:650;letter-spacing:-.4px}.by{font-size:20px}.facts{font-size:17px}
.label{font-size:14px;font-weight:600}.tick{font-size:12.5px}.mark{font-size:13px;font-weight:650}
.corner{font-size:15px;font-weight:650}.quadrant{fill-opacity:.26}.other{fill:#2f2a24;fill-opacity:.34}
.here{fill:#fffdf8;stroke:#2f2a24;stroke-width:3.5}.child{fill:#2f2a24;stroke:#fffdf8;stroke-width:2}
.way{stroke:#2f2a24;stroke-width:1.8;stroke-dasharray:2 4;stroke-linecap:round;fill:none}
.rule{stroke:#2f2a24;stroke-opacity:.25;fill:none}.trough{fill:#2f2a24;fill-opacity:.09}
.bracket{stroke:#675e52;stroke-width:1.5;fill:none}.area{fill:#7d6a4f;fill-opacity:.22}
.curve{stroke:#6b5940;stroke-width:1.6;stroke-linejoin:round;fill:none}
@media (prefers-color-scheme:dark){
.paper{fill:#15171b}.ink,.title,.mark,.corner{fill:#ece7dd}.quiet,.tick,.label{fill:#aaa398}
.quadrant{fill-opacity:.3}.other{fill:#ece7dd;fill-opacity:.4}.here{fill:#15171b;stroke:#ece7dd}
.child{fill:#ece7dd;stroke:#15171b}.way{stroke:#ece7dd}.rule{stroke:#ece7dd}.trough{fill:#ece7dd;fill-opacity:.12}
.bracket{stroke:#aaa398}.area{fill:#d8c39a;fill-opacity:.22}.curve{stroke:#d8c39a}}
`.replaceAll('\n', '');

/** The picture, 1200 by 760; some 80 kB and the cover. */
export function svgPortrait(song: SongPortrait): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="name">`,
    `<title id="name">${escapeXml(song.artist === undefined ? song.title : `${song.title}, ${song.artist}`)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="18" class="paper"/>`,
    heading(song),
    textAt(WAVE.x, WAVE.y - 28, 'Waveform, coloured by brightness', 'label'),
    brightnessLegend({ x: WAVE.x + WAVE.width - 240, y: WAVE.y - 38, width: 90, height: 9 }),
    amplitudeTicks(song),
    waveform(song.overview, WAVE),
    timeAxis(song, WAVE),
    textAt(SPECTRUM.x, SPECTRUM.y - 9, 'Low to high', 'label'),
    spectrum(song.overview, SPECTRUM),
    ...curvesOf(song.overview).map((each, at) =>
      curve(each, { ...WAVE, y: CURVE_TOPS[at]!, height: CURVE_HEIGHT }),
    ),
    textAt(
      PLANE.x,
      PLANE.y - 32,
      song.others.length > 0 ? 'Among the other songs' : 'Where it lies',
      'label',
    ),
    emotionPlane(song, PLANE),
    views(song),
    '</svg>',
  ].join('\n');
}

function heading({ title, artist, album, cover, facts }: SongPortrait): string {
  const isCoverShown = cover !== undefined && cover.bytes.length <= LARGEST_COVER;
  const x = isCoverShown ? COVER.x + COVER.width + 26 : MARGIN;
  const room = WIDTH - MARGIN - x;
  const by = [artist, album].filter((text) => text !== undefined).join(' · ');
  const picture = isCoverShown
    ? `<clipPath id="cover"><rect x="${COVER.x}" y="${COVER.y}" width="${COVER.width}" height="${COVER.height}" rx="8"/></clipPath>` +
      `<image x="${COVER.x}" y="${COVER.y}" width="${COVER.width}" height="${COVER.height}" preserveAspectRatio="xMidYMid slice" ` +
      `clip-path="url(#cover)" href="data:${cover.mimeType};base64,${Buffer.from(cover.bytes).toString('base64')}"/>`
    : '';
  return [
    picture,
    textAt(x, by === '' ? 88 : 74, fitText(title, room, 38), 'title'),
    by === '' ? '' : textAt(x, 106, fitText(by, room, 20), 'by ink'),
    textAt(x, by === '' ? 124 : 138, facts.join(' · '), 'facts quiet'),
  ].join('');
}

function brightnessLegend({ x, y, width, height }: Box): string {
  const stops = Array.from({ length: 9 }, (_, at) => {
    const hz = DARK_HZ * (BRIGHT_HZ / DARK_HZ) ** (at / 8);
    return `<stop offset="${coordinate(12.5 * at)}%" stop-color="${rgbToHex(brightnessColour(hz))}"/>`;
  });
  return (
    `<linearGradient id="brightness">${stops.join('')}</linearGradient>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="url(#brightness)"/>` +
    textAt(x - 8, y + 9, `${DARK_HZ} Hz, dark`, 'tick', 'end') +
    textAt(x + width + 8, y + 9, `bright, ${BRIGHT_HZ / 1000} kHz and up`, 'tick')
  );
}

/** What the edges of the waveform stand for, in decibels below full scale. */
function amplitudeTicks({ overview }: SongPortrait): string {
  const edgeDb = Math.round(20 * Math.log10(edgeOf(overview)));
  const words = edgeDb === 0 ? '0 dB' : `${edgeDb < 0 ? '−' : '+'}${Math.abs(edgeDb)} dB`;
  return (
    textAt(WAVE.x - 8, WAVE.y + 9, words, 'tick', 'end') +
    `<path class="rule" d="M${WAVE.x} ${WAVE.y + WAVE.height / 2}h${WAVE.width}"/>`
  );
}

function views(song: SongPortrait): string {
  const { opinions, presses } = song;
  if (opinions === undefined) {
    return textAt(BARS.x, BARS.y, 'To be heard again: amecs library scan', 'label');
  }
  const mostPeople = emotionBars('Before any press', '', opinions.population, BARS);
  if (presses === 0) {
    return mostPeople + textAt(CHILD_BARS.x, CHILD_BARS.y, 'The child’s view comes with presses', 'tick');
  }
  const learnt = `after ${presses} ${presses === 1 ? 'press' : 'presses'}`;
  const heading = isOwnOpinion(opinions) ? 'This child hears' : 'This child agrees';
  return mostPeople + emotionBars(heading, learnt, opinions.child, CHILD_BARS);
}
