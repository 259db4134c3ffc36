/**
 * Sums of squared-exponential kernels as ONNX: the Gaussian process and the support vectors. LIBSVM's machines go this
 * way too, not through SVMRegressor: that operator works in single precision, takes one target and would store the
 * vectors its six machines share six times.
 */
import type { GaussianProcessFit, Matrix, SupportVectorsFit } from '../learners/fits.ts';
import type { GraphBuilder, TensorName } from './graph-builder.ts';

interface KernelSum {
  /** [centres, features] */
  readonly centres: Matrix;
  /** [centres, targets] */
  readonly coefficients: Matrix;
  /** Per squared distance. */
  readonly gamma: number;
  /** [targets] */
  readonly intercepts: Float64Array;
}

function rowNorms({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) =>
    values.subarray(i * columns, (i + 1) * columns).reduce((sum, x) => sum + x * x, 0),
  );
}

/** intercepts + Σ_i coefficients_i exp(-gamma (|z|² + |c_i|² - 2 z·c_i)), all songs and centres at once. */
function kernelSumGraph(graph: GraphBuilder, z: TensorName, sum: KernelSum): TensorName {
  const { centres, coefficients, gamma, intercepts } = sum;
  const known = graph.doubles(centres.values, [centres.rows, centres.columns]);
  const norms = graph.apply('ReduceSum', [graph.apply('Mul', [z, z]), graph.integers(1)]);
  const radii = graph.apply('Add', [norms, graph.doubles(rowNorms(centres), [centres.rows])]);
  const distances = graph.apply('Gemm', [z, known, radii], {
    attributes: { alpha: { float: -2 }, transB: { int: 1 } },
  });
  const kernels = graph.apply('Exp', [graph.apply('Mul', [distances, graph.double(-gamma)])]);
  return graph.apply('Gemm', [
    kernels,
    graph.doubles(coefficients.values, [coefficients.rows, coefficients.columns]),
    graph.doubles(intercepts, [intercepts.length]),
  ]);
}

/** linearScale Σ_i alphas_i inputs_i as one [features, targets]: the linear part of all kernels is one matrix. */
function linearPart({ inputs, alphas, linearScale }: GaussianProcessFit): Matrix {
  const values = new Float64Array(inputs.columns * alphas.columns);
  for (let i = 0; i < inputs.rows; i++) {
    for (let j = 0; j < inputs.columns; j++) {
      const scaled = linearScale * inputs.values[i * inputs.columns + j]!;
      for (let t = 0; t < alphas.columns; t++) {
        values[j * alphas.columns + t]! += scaled * alphas.values[i * alphas.columns + t]!;
      }
    }
  }
  return { rows: inputs.columns, columns: alphas.columns, values };
}

/** `z` float64 [songs, features] → float64 [songs, targets]. */
export function gaussianProcessGraph(
  graph: GraphBuilder,
  z: TensorName,
  fit: GaussianProcessFit,
): TensorName {
  const smooth = kernelSumGraph(graph, z, {
    centres: fit.inputs,
    coefficients: fit.alphas,
    gamma: 1 / fit.squaredLength,
    intercepts: fit.means,
  });
  const linear = linearPart(fit);
  return graph.apply('Gemm', [z, graph.doubles(linear.values, [linear.rows, linear.columns]), smooth]);
}

/** All machines' support vectors, each once, and every machine's coefficient of each (0 where it has none). */
function sharedVectors({ machines, gamma }: SupportVectorsFit): KernelSum {
  const rowByKey = new Map<string, number>();
  const vectors: Float64Array[] = [];
  const entries = machines.flatMap(({ supportVectors, coefficients }, target) =>
    Array.from(coefficients, (coefficient, i) => {
      const { columns, values } = supportVectors;
      const vector = values.subarray(i * columns, (i + 1) * columns);
      const key = vector.join();
      const row = rowByKey.get(key) ?? vectors.push(vector) - 1;
      rowByKey.set(key, row);
      return { row, target, coefficient };
    }),
  );
  const columns = machines[0]?.supportVectors.columns ?? 0;
  const centres = { rows: vectors.length, columns, values: new Float64Array(vectors.length * columns) };
  for (const [row, vector] of vectors.entries()) centres.values.set(vector, row * columns);
  const coefficients = {
    rows: vectors.length,
    columns: machines.length,
    values: new Float64Array(vectors.length * machines.length),
  };
  for (const { row, target, coefficient } of entries) {
    coefficients.values[row * machines.length + target]! += coefficient;
  }
  return { centres, coefficients, gamma, intercepts: Float64Array.from(machines, ({ rho }) => -rho) };
}

/** `z` float64 [songs, features] → float64 [songs, targets]. */
export function supportVectorsGraph(graph: GraphBuilder, z: TensorName, fit: SupportVectorsFit): TensorName {
  return kernelSumGraph(graph, z, sharedVectors(fit));
}
