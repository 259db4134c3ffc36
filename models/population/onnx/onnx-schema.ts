/**
 * The part of ONNX's file format this project writes and reads: message names and field numbers of onnx.proto (IR
 * version 10, https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto), described for protobufjs. Repeated numbers
 * are packed, which every protobuf parser takes and which is a third smaller; bytes depend on the content alone.
 */
import protobuf from 'protobufjs/light.js';

/** TensorProto.DataType. */
export const ELEMENT_TYPE = { float32: 1, uint8: 2, int8: 3, int16: 5, int64: 7, float64: 11 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, tensor: 4, ints: 7 } as const;

/** The IR version that came with the operators used (ONNX 1.16); onnxruntime since 1.18 reads it. */
const IR_VERSION = 10;

export interface TensorMessage {
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Of an initialiser; an attribute's may be empty. */
  readonly name: string;
  /** Little-endian. */
  readonly rawData: Uint8Array;
}

export type AttributeValue =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly tensor: TensorMessage };

export interface NodeMessage {
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  /** Every node has one; its name is the node's too. */
  readonly output: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** An input or output of the graph: [rows, columns], any number of rows. */
export interface TableMessage {
  readonly name: string;
  readonly elementType: ElementType;
  readonly columns: number;
}

export interface GraphMessage {
  readonly name: string;
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly TableMessage[];
  readonly outputs: readonly TableMessage[];
}

/** Version of an operator set; the domain '' is ai.onnx. */
export interface OperatorSet {
  readonly domain: string;
  readonly version: number;
}

/** A model around a graph already encoded. */
export interface ModelMessage {
  readonly producerName: string;
  readonly description: string;
  readonly graph: Uint8Array;
  readonly operatorSets: readonly OperatorSet[];
  readonly properties: Properties;
}

/** ONNX's metadata properties, in the order given. */
export type Properties = Readonly<Record<string, string>>;

type Field = protobuf.IField & { readonly rule?: 'repeated' };
const one = (type: string, id: number): Field => ({ type, id });
const many = (type: string, id: number): Field => ({ rule: 'repeated', type, id });
const packed = (type: string, id: number): Field => ({ ...many(type, id), options: { packed: true } });

const root = protobuf.Root.fromJSON({
  nested: {
    // The graph as bytes, which on the wire is the same as the message: reading the card need not read the trees.
    ModelProto: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        docString: one('string', 6),
        graph: one('bytes', 7),
        opsetImport: many('OperatorSetIdProto', 8),
        metadataProps: many('StringStringEntryProto', 14),
      },
    },
    OperatorSetIdProto: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    StringStringEntryProto: { fields: { key: one('string', 1), value: one('string', 2) } },
    GraphProto: {
      fields: {
        node: many('NodeProto', 1),
        name: one('string', 2),
        initializer: many('TensorProto', 5),
        input: many('ValueInfoProto', 11),
        output: many('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('AttributeProto', 5),
        domain: one('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        t: one('TensorProto', 5),
        ints: packed('int64', 8),
        type: one('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: packed('int64', 1),
        dataType: one('int32', 2),
        name: one('string', 8),
        rawData: one('bytes', 9),
      },
    },
    ValueInfoProto: { fields: { name: one('string', 1), type: one('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: one('TypeProtoTensor', 1) } },
    TypeProtoTensor: { fields: { elemType: one('int32', 1), shape: one('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: many('TensorShapeProtoDimension', 1) } },
    TensorShapeProtoDimension: {
      // Of onnx.proto's oneof; only the one that is set is written.
      fields: { dimValue: one('int64', 1), dimParam: one('string', 2) },
    },
  },
});

const modelType = root.lookupType('ModelProto');
const graphType = root.lookupType('GraphProto');

function attributeMessage([name, value]: readonly [string, AttributeValue]): object {
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPE.float };
  if ('int' in value) return { name, i: value.int, type: ATTRIBUTE_TYPE.int };
  if ('ints' in value) return { name, ints: value.ints, type: ATTRIBUTE_TYPE.ints };
  return { name, t: value.tensor, type: ATTRIBUTE_TYPE.tensor };
}

function tableMessage({ name, elementType, columns }: TableMessage): object {
  const shape = { dim: [{ dimParam: 'songs' }, { dimValue: columns }] };
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[elementType], shape } } };
}

/** GraphProto's bytes. */
export function encodeGraph(graph: GraphMessage): Uint8Array {
  return graphType
    .encode({
      node: graph.nodes.map(({ attributes, output, ...node }) => ({
        ...node,
        output: [output],
        // An error of the runtime then says where.
        name: output,
        attribute: Object.entries(attributes).map(attributeMessage),
      })),
      name: graph.name,
      initializer: graph.initializers,
      input: graph.inputs.map(tableMessage),
      output: graph.outputs.map(tableMessage),
    })
    .finish();
}

const entriesOf = (properties: Properties): object[] =>
  Object.entries(properties).map(([key, value]) => ({ key, value }));

/** ModelProto's bytes: the content of an .onnx file. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return modelType
    .encode({
      irVersion: IR_VERSION,
      producerName: model.producerName,
      docString: model.description,
      graph: model.graph,
      opsetImport: model.operatorSets,
      metadataProps: entriesOf(model.properties),
    })
    .finish();
}

/** Further properties: bytes to put behind those of a ModelProto, as messages one behind the other are one message. */
export function encodeProperties(properties: Properties): Uint8Array {
  return modelType.encode({ metadataProps: entriesOf(properties) }).finish();
}

/** What an .onnx file says beside its graph. @throws Error on bytes that are no ModelProto */
export function decodeModel(bytes: Uint8Array): Omit<ModelMessage, 'producerName' | 'graph'> {
  const { docString, opsetImport, metadataProps } = modelType.toObject(modelType.decode(bytes), {
    longs: Number,
    defaults: true,
  }) as {
    readonly docString: string;
    readonly opsetImport: readonly OperatorSet[];
    readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  };
  return {
    description: docString,
    operatorSets: opsetImport,
    properties: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
  };
}
