/** A trained population as an .onnx file. */
import type { PopulationFit } from '../learners/fits.ts';
import type { Standardiser } from '../standardiser.ts';
import { type PopulationCard, writeOnnxModel } from './onnx-card.ts';
import { encodeGraph } from './onnx-schema.ts';
import { populationGraph } from './population-graph.ts';

export interface TrainedPopulation {
  /** Of standardised features; targets valence, arousal and the four shares as `EMOTIONS`. */
  readonly fit: PopulationFit;
  readonly standardiser: Standardiser;
  readonly card: PopulationCard;
}

/**
 * The file's bytes: the same for the same population, whenever and wherever. A forest's leaves take a quarter of the
 * room when rounded first (see `roundLeaves`). @throws RangeError where the parts do not fit together
 */
export function exportPopulation({ fit, standardiser, card }: TrainedPopulation): Uint8Array {
  if (card.featureNames.length !== standardiser.means.length) {
    throw new RangeError(
      `export population: ${card.featureNames.length} feature names for ${standardiser.means.length} features`,
    );
  }
  const unfit = card.featureNames.find((name) => name === '' || name.includes(','));
  if (unfit !== undefined) {
    throw new RangeError(`export population: "${unfit}" cannot be in a list of names between commas`);
  }
  return writeOnnxModel(encodeGraph(populationGraph(fit, standardiser)), card);
}
