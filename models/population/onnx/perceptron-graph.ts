/** The perceptron as ONNX: a Gemm a layer, Tanh between. */
import type { PerceptronFit } from '../learners/fits.ts';
import type { GraphBuilder, TensorName } from './graph-builder.ts';

/** `z` float64 [songs, features] → float64 [songs, targets]. */
export function perceptronGraph(graph: GraphBuilder, z: TensorName, { layers }: PerceptronFit): TensorName {
  return layers.reduce((input, { weights, biases }, at) => {
    const active = at === 0 ? input : graph.apply('Tanh', [input]);
    const inputs = [
      active,
      graph.doubles(weights.values, [weights.rows, weights.columns]),
      graph.doubles(biases, [biases.length]),
    ];
    return graph.apply('Gemm', inputs, { attributes: { transB: { int: 1 } } });
  }, z);
}
