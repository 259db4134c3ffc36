/** Every starter song in playing order: the quadrants take turns, so that the first four already cover the map. */
import type { Piece } from '../piece.ts';
import { ANGRY_PIECES } from './angry.ts';
import { CALM_PIECES } from './calm.ts';
import { HAPPY_PIECES } from './happy.ts';
import { SAD_PIECES } from './sad.ts';

export const ALL_PIECES: readonly Piece[] = HAPPY_PIECES.flatMap((happy, index) =>
  [happy, ANGRY_PIECES[index], SAD_PIECES[index], CALM_PIECES[index]].filter((piece) => piece !== undefined),
);
