/** Any fit as ONNX nodes; the mean of several is their sum over their number. */
import type { PopulationFit } from '../learners/fits.ts';
import type { GraphBuilder, TensorName } from './graph-builder.ts';
import { gaussianProcessGraph, supportVectorsGraph } from './kernel-graph.ts';
import { perceptronGraph } from './perceptron-graph.ts';
import { ridgeGraph } from './ridge-graph.ts';
import { treesGraph } from './trees-graph.ts';

/** The same standardised features [songs, features] in both precisions: trees branch in single, the rest is double. */
export interface StandardisedTensors {
  readonly single: TensorName;
  readonly double: TensorName;
}

/** → float64 [songs, targets], the same as `predictTargets`. */
export function fitGraph(graph: GraphBuilder, z: StandardisedTensors, fit: PopulationFit): TensorName {
  switch (fit.kind) {
    case 'ridge':
      return ridgeGraph(graph, z.double, fit);
    case 'gaussianProcess':
      return gaussianProcessGraph(graph, z.double, fit);
    case 'trees':
      return treesGraph(graph, z.single, fit);
    case 'supportVectors':
      return supportVectorsGraph(graph, z.double, fit);
    case 'perceptron':
      return perceptronGraph(graph, z.double, fit);
    case 'average': {
      const members = fit.members.map((member) => fitGraph(graph, z, member));
      return graph.apply('Div', [graph.apply('Sum', members), graph.double(members.length)]);
    }
  }
}
