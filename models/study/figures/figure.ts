/**
 * What a figure is, and how every figure looks: the colours of Okabe & Ito (2008), told apart by people with any kind
 * of colour vision, in a lighter set on dark screens. Written without CSS variables, which programs for printing lack.
 */
import { escapeXml } from '../../svg-text.ts';

export interface Figure {
  /** File name without ending. */
  readonly name: string;
  readonly title: string;
  /** What was measured, on whom, and how to read it; plain sentences. */
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  /** SVG elements. */
  readonly body: string;
}

/** Width of a figure over the whole page, in its units. */
export const FIGURE_WIDTH = 760;

export type Tone = 'ink' | 'grey' | 'blue' | 'vermillion' | 'green' | 'orange' | 'purple' | 'sky';

interface ToneColours {
  /** Of lines and areas. */
  readonly line: string;
  /** Of words: dark enough to read. */
  readonly text: string;
}

const ON_PAPER: Readonly<Record<Tone, ToneColours>> = {
  ink: { line: '#222222', text: '#222222' },
  grey: { line: '#8a8a8a', text: '#6b6b6b' },
  blue: { line: '#0072b2', text: '#00659e' },
  vermillion: { line: '#d55e00', text: '#b34f00' },
  green: { line: '#009e73', text: '#007a59' },
  orange: { line: '#e69f00', text: '#8f6300' },
  purple: { line: '#cc79a7', text: '#a34d7d' },
  sky: { line: '#56b4e9', text: '#20769f' },
};

const ON_DARK: Readonly<Record<Tone, ToneColours>> = {
  ink: { line: '#ececec', text: '#ececec' },
  grey: { line: '#9b9b9b', text: '#b0b0b0' },
  blue: { line: '#3d9fe0', text: '#62b5ee' },
  vermillion: { line: '#f0752a', text: '#ff9552' },
  green: { line: '#1fbf92', text: '#37cfa4' },
  orange: { line: '#f0b429', text: '#f0b429' },
  purple: { line: '#df92bd', text: '#e6a5ca' },
  sky: { line: '#8ed0f5', text: '#a5dbf8' },
};

function toneRules(tones: Readonly<Record<Tone, ToneColours>>, paper: string): string {
  const rules = Object.entries(tones).map(
    ([tone, { line, text }]) =>
      `.figure .stroke-${tone}{stroke:${line}}.figure .fill-${tone}{fill:${line}}.figure .text-${tone}{fill:${text}}`,
  );
  const { ink, grey } = tones;
  return (
    `${rules.join('')}.figure text{fill:${ink.text}}.figure .tick,.figure .quiet{fill:${grey.text}}` +
    `.figure .axis{stroke:${grey.line}}.figure .grid,.figure .zero{stroke:${ink.line}}.figure .hollow{fill:${paper}}` +
    `.figure .paper{fill:${paper}}.figure .halo{stroke:${paper}}`
  );
}

/** The style sheet of all figures; a page needs it once. */
export const FIGURE_STYLE = [
  '.figure text{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans","Noto Sans",sans-serif;font-size:12.5px}',
  '.figure .panel{font-size:13.5px;font-weight:700}.figure .tick{font-size:11.5px}.figure .strong{font-weight:700}',
  '.figure .small{font-size:10.5px}.figure line,.figure path,.figure polyline{fill:none}',
  '.figure .axis{stroke-width:1}.figure .grid{stroke-width:.6;stroke-opacity:.13}',
  '.figure .zero{stroke-width:1;stroke-opacity:.55}',
  '.figure .line{stroke-width:1.7;stroke-linejoin:round}.figure .line.bold{stroke-width:2.8}',
  '.figure .goal{stroke-width:1.6;stroke-opacity:.75}',
  '.figure .dashed{stroke-dasharray:6 4}.figure .dotted{stroke-dasharray:1.5 3.5}',
  '.figure .whisker{stroke-width:1.3;stroke-opacity:.65}.figure .marker{stroke-width:1.6}',
  '.figure .band{fill-opacity:.16;stroke:none}.figure .person{stroke-width:1.3;stroke-opacity:.6}',
  '.figure .halo{stroke-width:3.5;stroke-linejoin:round;paint-order:stroke}',
  toneRules(ON_PAPER, '#ffffff'),
  `@media screen and (prefers-color-scheme:dark){${toneRules(ON_DARK, '#16181c')}}`,
].join('\n');

/** As an element of a page that has the style sheet. */
export function inlineSvg({ name, title, width, height, body }: Figure): string {
  return (
    `<svg class="figure" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title-${name}">` +
    `<title id="title-${name}">${escapeXml(title)}</title>${body}</svg>`
  );
}

/** As a file of its own, on paper. */
export function standaloneSvg(figure: Figure): string {
  const { width, height } = figure;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `;
  return `${inlineSvg(figure)
    .replace('<svg ', open)
    .replace(
      '</title>',
      `</title><desc>${escapeXml(figure.caption)}</desc><style>${FIGURE_STYLE}</style>` +
        `<rect class="paper" width="${width}" height="${height}"/>`,
    )}\n`;
}
