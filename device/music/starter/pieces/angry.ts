/**
 * Five angry pieces: minor and phrygian, quick and driving, low and dense. Strong, never harsh: nothing above a
 * clarinet, no hard attack, drums of skin; they let anger move without startling anyone.
 */
import type { Piece } from '../piece.ts';
import { ironKettle } from './angry/iron-kettle.ts';
import { redWind } from './angry/red-wind.ts';
import { stampingBoots } from './angry/stamping-boots.ts';
import { stormEngine } from './angry/storm-engine.ts';
import { thunderUnderTheHill } from './angry/thunder-under-the-hill.ts';

export const ANGRY_PIECES: readonly Piece[] = [
  thunderUnderTheHill,
  ironKettle,
  stampingBoots,
  stormEngine,
  redWind,
];
