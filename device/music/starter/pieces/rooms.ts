/** The room each quadrant's pieces are heard in. */

export const SUNNY_ROOM = { decayS: 1.2, levelDb: -13 } as const;

export const DARK_ROOM = { decayS: 1.1, levelDb: -15 } as const;

export const DIM_ROOM = { decayS: 2.1, levelDb: -11 } as const;

export const WIDE_ROOM = { decayS: 2.6, levelDb: -9 } as const;
