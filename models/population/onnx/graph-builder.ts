/**
 * Puts an ONNX graph together node by node. Numbers are stored in the smallest type that holds them exactly and
 * computed in double precision, so that a graph says what the fit says; names count up, so that bytes repeat.
 */
import {
  type AttributeValue,
  ELEMENT_TYPE,
  type ElementType,
  type GraphMessage,
  type NodeMessage,
  type TableMessage,
  type TensorMessage,
} from './onnx-schema.ts';

/** Name of a tensor in a graph. */
export type TensorName = string;

type TypedNumbers = Float64Array | Float32Array | Int16Array | Int8Array | Uint8Array | BigInt64Array;

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Operator set; ai.onnx unless told. */
  readonly domain?: string;
  /** Name of the output, where the graph promises one. */
  readonly output?: TensorName;
}

export interface GraphBuilder {
  /** One operator, of those with one output; returns that. */
  apply(operator: string, inputs: readonly TensorName[], options?: NodeOptions): TensorName;
  /** A constant in the type it comes in. */
  constant(values: TypedNumbers, dims: readonly number[]): TensorName;
  /** A constant for double arithmetic, single in the file where that loses nothing. */
  doubles(values: ArrayLike<number>, dims: readonly number[]): TensorName;
  /** One number for double arithmetic. */
  double(value: number): TensorName;
  /** int64 [n]: axes and bounds. */
  integers(...values: readonly number[]): TensorName;
  cast(input: TensorName, to: ElementType): TensorName;
  /** All of it. */
  build(name: string, inputs: readonly TableMessage[], outputs: readonly TableMessage[]): GraphMessage;
}

function elementTypeOf(values: TypedNumbers): ElementType {
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int16Array) return 'int16';
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint8Array) return 'uint8';
  return 'int64';
}

/**
 * A tensor of these values; the format is little-endian, as is every platform onnxruntime-node is built for.
 * @throws RangeError on values that are not finite or not as many as the shape has
 */
export function tensorOf(values: TypedNumbers, dims: readonly number[], name = ''): TensorMessage {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size !== values.length) throw new RangeError(`onnx: ${values.length} numbers for shape [${dims}]`);
  if (!Array.from<number | bigint>(values).every((value) => Number.isFinite(Number(value)))) {
    throw new RangeError('onnx: a number to export is not finite');
  }
  return {
    dims,
    dataType: ELEMENT_TYPE[elementTypeOf(values)],
    name,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

/** An empty graph. */
export function createGraphBuilder(): GraphBuilder {
  const nodes: NodeMessage[] = [];
  const initializers: TensorMessage[] = [];

  const builder: GraphBuilder = {
    apply(operator, inputs, { attributes = {}, domain = '', output } = {}) {
      const name = output ?? `${operator.toLowerCase()}_${nodes.length}`;
      nodes.push({ opType: operator, domain, input: inputs, output: name, attributes });
      return name;
    },
    constant(values, dims) {
      const name = `constant_${initializers.length}`;
      initializers.push(tensorOf(values, dims, name));
      return name;
    },
    doubles(values, dims) {
      const exact = Float64Array.from(values);
      const single = Float32Array.from(exact);
      if (exact.some((value, i) => value !== single[i])) return builder.constant(exact, dims);
      return builder.cast(builder.constant(single, dims), 'float64');
    },
    double: (value) => builder.constant(Float64Array.of(value), []),
    integers: (...values) => builder.constant(BigInt64Array.from(values, BigInt), [values.length]),
    cast: (input, to) => builder.apply('Cast', [input], { attributes: { to: { int: ELEMENT_TYPE[to] } } }),
    build: (name, inputs, outputs) => ({ name, nodes, initializers, inputs, outputs }),
  };
  return builder;
}
