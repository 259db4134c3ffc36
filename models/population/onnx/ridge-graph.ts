/** Ridge as ONNX: one Gemm. */
import type { RidgeFit } from '../learners/fits.ts';
import type { GraphBuilder, TensorName } from './graph-builder.ts';

/** `z` float64 [songs, features] → float64 [songs, targets]. */
export function ridgeGraph(
  graph: GraphBuilder,
  z: TensorName,
  { intercepts, weights }: RidgeFit,
): TensorName {
  const inputs = [
    z,
    graph.doubles(weights.values, [weights.rows, weights.columns]),
    graph.doubles(intercepts, [intercepts.length]),
  ];
  return graph.apply('Gemm', inputs, { attributes: { transB: { int: 1 } } });
}
