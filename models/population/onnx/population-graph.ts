/**
 * The whole graph: raw features in, probabilities and place on the valence-arousal plane out. It says what
 * standardiser.ts, `predictTargets` and `sharesToProbabilities` say.
 */
import { EMOTIONS } from '../../emotions.ts';
import type { PopulationFit } from '../learners/fits.ts';
import { SHARE_FLOOR, SHARE_WEIGHT } from '../population-model.ts';
import type { Standardiser } from '../standardiser.ts';
import { fitGraph } from './fit-graph.ts';
import { createGraphBuilder, type GraphBuilder, type TensorName } from './graph-builder.ts';
import type { GraphMessage } from './onnx-schema.ts';
import { standardiserGraph } from './standardiser-graph.ts';

/** float32 [songs, columns]: as computed, not standardised. */
export const FEATURES_INPUT = 'features';
/** float64 [songs, 4] in the order of `EMOTIONS`. */
export const PROBABILITIES_OUTPUT = 'probabilities';
/** float64 [songs, 2], each about -1 to 1. */
export const VALENCE_AROUSAL_OUTPUT = 'valenceArousal';

/** Targets are valence, arousal, then the four shares. */
const SHARES_FROM = 2;
const TARGETS = SHARES_FROM + EMOTIONS.length;

/** Columns [from, to) of a table. */
function columnsOf(
  graph: GraphBuilder,
  table: TensorName,
  [from, to]: readonly [number, number],
  output?: TensorName,
): TensorName {
  const inputs = [table, graph.integers(from), graph.integers(to), graph.integers(1)];
  return graph.apply('Slice', inputs, output === undefined ? {} : { output });
}

/** `sharesToProbabilities`: p_k = 0.96 clip(share_k, 0, 1) + 0.01, renormalised. */
function probabilitiesGraph(graph: GraphBuilder, shares: TensorName): void {
  const clipped = graph.apply('Clip', [shares, graph.double(0), graph.double(1)]);
  const weighted = graph.apply('Mul', [clipped, graph.double(SHARE_WEIGHT)]);
  const raised = graph.apply('Add', [weighted, graph.double(SHARE_FLOOR)]);
  const sum = graph.apply('ReduceSum', [raised, graph.integers(1)]);
  graph.apply('Div', [raised, sum], { output: PROBABILITIES_OUTPUT });
}

/** The graph of a fit whose targets are valence, arousal and the four shares. @throws RangeError on numbers not finite. */
export function populationGraph(fit: PopulationFit, standardiser: Standardiser): GraphMessage {
  const graph = createGraphBuilder();
  const single = standardiserGraph(graph, FEATURES_INPUT, standardiser);
  const targets = fitGraph(graph, { single, double: graph.cast(single, 'float64') }, fit);
  columnsOf(graph, targets, [0, SHARES_FROM], VALENCE_AROUSAL_OUTPUT);
  probabilitiesGraph(graph, columnsOf(graph, targets, [SHARES_FROM, TARGETS]));
  return graph.build(
    'population',
    [{ name: FEATURES_INPUT, elementType: 'float32', columns: standardiser.means.length }],
    [
      { name: PROBABILITIES_OUTPUT, elementType: 'float64', columns: EMOTIONS.length },
      { name: VALENCE_AROUSAL_OUTPUT, elementType: 'float64', columns: SHARES_FROM },
    ],
  );
}
