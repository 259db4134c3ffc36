/** A simple face for each emotion, drawn in strokes on a 100 x 100 field: readable from across a room, no text. */
import type { Emotion } from '../../../models/emotions.ts';

const SVG = 'http://www.w3.org/2000/svg';

interface Face {
  /** Round eyes, `[x, y]` of their middles. */
  readonly eyes: readonly (readonly [number, number])[];
  readonly strokes: readonly string[];
  readonly fills: readonly string[];
}

const ROUND_EYES: Face['eyes'] = [
  [33, 41],
  [67, 41],
];

const FACES: Readonly<Record<Emotion, Face>> = {
  happy: {
    eyes: ROUND_EYES,
    strokes: [],
    fills: ['M25 57 Q50 63 75 57 Q72 82 50 82 Q28 82 25 57 Z'],
  },
  angry: {
    eyes: [
      [34, 47],
      [66, 47],
    ],
    strokes: ['M21 30 L43 39', 'M79 30 L57 39', 'M33 73 Q50 64 67 73'],
    fills: [],
  },
  sad: {
    eyes: ROUND_EYES,
    strokes: ['M22 31 Q30 29 38 23', 'M78 31 Q70 29 62 23', 'M33 74 Q50 59 67 74'],
    fills: ['M71 51 Q79 63 71 66 Q63 63 71 51 Z'],
  },
  calm: {
    eyes: [],
    strokes: ['M23 41 Q32 51 41 41', 'M59 41 Q68 51 77 41', 'M34 65 Q50 76 66 65'],
    fills: [],
  },
};

/** The face of an emotion as an SVG that screen readers skip; it takes the colour of the text around it. */
export function createFace(emotion: Emotion): SVGSVGElement {
  const face = FACES[emotion];
  const svg = svgElement('svg', { class: 'face', viewBox: '0 0 100 100', 'aria-hidden': 'true' });
  for (const [cx, cy] of face.eyes) svg.append(svgElement('circle', { cx, cy, r: 5.2 }));
  for (const d of face.strokes) svg.append(svgElement('path', { d, class: 'stroke' }));
  for (const d of face.fills) svg.append(svgElement('path', { d }));
  return svg;
}

/** The ring that fills while a button is held; `pathLength` 1 lets the style sheet count in whole turns. */
export function createHoldRing(): SVGSVGElement {
  const svg = svgElement('svg', { class: 'hold', viewBox: '0 0 100 100', 'aria-hidden': 'true' });
  svg.append(svgElement('circle', { cx: 50, cy: 50, r: 48, pathLength: 1 }));
  return svg;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
