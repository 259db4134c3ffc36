/** Everything that is said of a window of sound, from one analysis of its frames. */
import { analyseFrames } from './frame-analysis.ts';
import { halfSecondRows, songFunctionals } from './functionals.ts';
import { populationAggregates } from './population-aggregates.ts';
import { descriptorColumns, type SongTraits, songTraits } from './song-descriptors.ts';

export interface WindowDescription {
  /** The 20 inputs of the population model. */
  readonly aggregates: Float64Array;
  /** Half-second rows [rows, 260]. */
  readonly rows: Float64Array;
  /** The 1,040. */
  readonly functionals: Float32Array;
  readonly traits: SongTraits;
}

/** Describe mono sound at 22,050 Hz, a minute of it at most: some 100 ms for 45 s, and 20 MB while it lasts. */
export function describeWindow(samples: Float32Array): WindowDescription {
  const frames = analyseFrames(samples);
  const rows = halfSecondRows(descriptorColumns(frames));
  return {
    aggregates: populationAggregates(frames),
    rows,
    functionals: songFunctionals(rows),
    traits: songTraits(frames),
  };
}
