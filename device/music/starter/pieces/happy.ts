/** Five happy pieces: major keys, quick and bright but light on their feet; flutes, plucked strings, soft percussion. */
import type { Piece } from '../piece.ts';
import { lemonadeSteps } from './happy/lemonade-steps.ts';
import { morningKite } from './happy/morning-kite.ts';
import { paperBoats } from './happy/paper-boats.ts';
import { puddleParade } from './happy/puddle-parade.ts';
import { sunbeamCarousel } from './happy/sunbeam-carousel.ts';

export const HAPPY_PIECES: readonly Piece[] = [
  morningKite,
  puddleParade,
  sunbeamCarousel,
  lemonadeSteps,
  paperBoats,
];
