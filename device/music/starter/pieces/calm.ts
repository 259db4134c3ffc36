/** Five calm pieces: major, lydian and pentatonic, slow, soft and sparse, with room around every note. No drums. */
import type { Piece } from '../piece.ts';
import { moonHarbour } from './calm/moon-harbour.ts';
import { sleepingGarden } from './calm/sleeping-garden.ts';
import { slowClouds } from './calm/slow-clouds.ts';
import { snowLamp } from './calm/snow-lamp.ts';
import { warmStones } from './calm/warm-stones.ts';

export const CALM_PIECES: readonly Piece[] = [moonHarbour, sleepingGarden, slowClouds, warmStones, snowLamp];
