/** Where the song lies among the library's other songs: the valence-arousal plane, and each view as four bars. */
import { EMOTIONS, type Emotion, type PerEmotion } from '../../../models/emotions.ts';
import { coordinate, textAt } from '../../../models/svg-text.ts';
import { EMOTION_COLOURS } from './colours.ts';
import { isOwnOpinion, type PlanePlace, placeOf, reachOf, type SongPortrait } from './portrait.ts';
import type { Box } from './time-strips.ts';

/** Which corner each emotion has: signs of valence and arousal. */
const CORNERS: Readonly<Record<Emotion, readonly [valence: 1 | -1, arousal: 1 | -1]>> = {
  happy: [1, 1],
  angry: [-1, 1],
  sad: [-1, -1],
  calm: [1, -1],
};

export function emotionPlane({ opinions, others }: SongPortrait, box: Box): string {
  const places = others.map(placeOf);
  const mine = opinions === undefined ? [] : [placeOf(opinions.population), placeOf(opinions.child)];
  const reach = reachOf([...places, ...mine]);
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  const at = ({ valence, arousal }: PlanePlace): readonly [x: number, y: number] => [
    middleX + (valence / reach) * (box.width / 2),
    middleY - (arousal / reach) * (box.height / 2),
  ];

  const corners = EMOTIONS.map((emotion) => {
    const [valence, arousal] = CORNERS[emotion];
    const [x, y] = [valence > 0 ? middleX : box.x, arousal > 0 ? box.y : middleY];
    // Beside the plane, so that no song hides a name.
    const label = textAt(
      valence > 0 ? box.x + box.width : box.x,
      arousal > 0 ? box.y - 8 : box.y + box.height + 18,
      emotion,
      'corner',
      valence > 0 ? 'end' : 'start',
    );
    return (
      `<rect x="${x}" y="${y}" width="${box.width / 2}" height="${box.height / 2}" ` +
      `fill="${EMOTION_COLOURS[emotion]}" class="quadrant"/>${label}`
    );
  });
  const dots = places.map((place) => {
    const [x, y] = at(place);
    return `<circle cx="${coordinate(x)}" cy="${coordinate(y)}" r="3" class="other"/>`;
  });
  return [
    ...corners,
    `<path class="rule" d="M${middleX} ${box.y}V${box.y + box.height}M${box.x} ${middleY}H${box.x + box.width}"/>`,
    ...dots,
    opinions === undefined ? '' : markers(opinions, at, box),
    textAt(box.x, box.y + box.height + 37, '← unpleasant', 'tick'),
    textAt(box.x + box.width, box.y + box.height + 37, 'pleasant →', 'tick', 'end'),
    turned(textAt(box.x - 8, box.y + box.height, 'quiet', 'tick'), box.x - 8, box.y + box.height),
    turned(textAt(box.x - 8, box.y, 'lively →', 'tick', 'end'), box.x - 8, box.y),
  ].join('');
}

/** A ring for what is expected before any press, and where it is another place, a diamond for what the child hears. */
function markers(
  opinions: NonNullable<SongPortrait['opinions']>,
  at: (place: PlanePlace) => readonly [x: number, y: number],
  box: Box,
): string {
  const [x, y] = at(placeOf(opinions.population));
  const ring = `<circle cx="${coordinate(x)}" cy="${coordinate(y)}" r="8" class="here"/>`;
  if (!isOwnOpinion(opinions)) return ring;
  const [childX, childY] = at(placeOf(opinions.child));
  const length = Math.hypot(childX - x, childY - y);
  const [stepX, stepY] = length === 0 ? [0, 0] : [(childX - x) / length, (childY - y) / length];
  const line =
    length < 22
      ? ''
      : `<path class="way" d="M${coordinate(x + 10 * stepX)} ${coordinate(y + 10 * stepY)}L${coordinate(childX - 11 * stepX)} ${coordinate(childY - 11 * stepY)}"/>`;
  // On the side the way does not come from, and towards the middle.
  const isRight = childX > box.x + box.width / 2;
  const labelX = childX + (isRight ? 9 : -9);
  const labelY = y < childY ? childY + 23 : childY - 15;
  const label = textAt(labelX, labelY, 'this child', 'mark', isRight ? 'end' : 'start');
  return `${line}${ring}<path class="child" d="M${coordinate(childX)} ${coordinate(childY - 9)}l9 9l-9 9l-9 -9z"/>${label}`;
}

/** Four bars of one view, with the heading and a remark above. */
export function emotionBars(heading: string, remark: string, shares: PerEmotion, box: Box): string {
  const rowHeight = (box.height - 10) / EMOTIONS.length;
  const top = Math.max(...shares);
  const [from, room] = [box.x + 54, box.width - 54 - 46];
  const rows = EMOTIONS.map((emotion, at) => {
    const y = box.y + 10 + at * rowHeight;
    const share = shares[at]!;
    const style = share === top ? 'mark' : 'tick';
    return (
      textAt(box.x, y + rowHeight / 2 + 3, emotion, style) +
      `<rect x="${from}" y="${coordinate(y + 2)}" width="${room}" height="${coordinate(rowHeight - 6)}" rx="3" class="trough"/>` +
      `<rect x="${from}" y="${coordinate(y + 2)}" width="${coordinate(room * share)}" height="${coordinate(rowHeight - 6)}" rx="3" fill="${EMOTION_COLOURS[emotion]}"/>` +
      textAt(box.x + box.width, y + rowHeight / 2 + 3, `${Math.round(100 * share)} %`, style, 'end')
    );
  });
  const above =
    textAt(box.x, box.y, heading, 'label') + textAt(box.x + box.width, box.y, remark, 'tick', 'end');
  return above + rows.join('');
}

function turned(text: string, x: number, y: number): string {
  return text.replace('<text ', `<text transform="rotate(-90 ${coordinate(x)} ${coordinate(y)})" `);
}
