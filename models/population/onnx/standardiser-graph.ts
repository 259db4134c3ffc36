/** The standardiser as ONNX nodes: Sub, Div and Clip in float32, the very steps of standardiser.ts. */
import { LARGEST_Z, type Standardiser } from '../standardiser.ts';
import type { GraphBuilder, TensorName } from './graph-builder.ts';

/** `features` float32 [songs, columns] → z float32 [songs, columns]. */
export function standardiserGraph(
  graph: GraphBuilder,
  features: TensorName,
  { means, deviations }: Standardiser,
): TensorName {
  const columns = [means.length];
  const centred = graph.apply('Sub', [features, graph.constant(means, columns)]);
  const scaled = graph.apply('Div', [centred, graph.constant(deviations, columns)]);
  const lowest = graph.constant(Float32Array.of(-LARGEST_Z), []);
  const highest = graph.constant(Float32Array.of(LARGEST_Z), []);
  return graph.apply('Clip', [scaled, lowest, highest]);
}
