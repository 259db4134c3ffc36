/** Five sad pieces: minor, slow and legato, low to middle register, lines that sigh downwards; cello, clarinet, harp. */
import type { Piece } from '../piece.ts';
import { farLantern } from './sad/far-lantern.ts';
import { fogSong } from './sad/fog-song.ts';
import { lastLeaf } from './sad/last-leaf.ts';
import { rainOnTheWindow } from './sad/rain-on-the-window.ts';
import { theEmptySwing } from './sad/the-empty-swing.ts';

export const SAD_PIECES: readonly Piece[] = [rainOnTheWindow, theEmptySwing, farLantern, lastLeaf, fogSong];
