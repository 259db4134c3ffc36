/**
 * What a population's .onnx file says of itself, in ONNX's metadata properties; the last of them is the digest of all
 * before, by which a damaged file is known. No dates: the same graph and card give the same bytes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeModel, encodeModel, encodeProperties, type OperatorSet } from './onnx-schema.ts';

/** ONNX 1.16's operators, the first with TreeEnsemble; onnxruntime 1.27 runs them. */
export const OPERATOR_SETS: readonly OperatorSet[] = [
  { domain: '', version: 21 },
  { domain: 'ai.onnx.ml', version: 5 },
];

const PRODUCER = 'amecs';

/** What the trainer says of a model. */
export interface PopulationCard {
  /** Which definition and order of features the input has. */
  readonly featureVersion: string;
  /** In the order of the input's columns. */
  readonly featureNames: readonly string[];
  readonly learner: string;
  /** Name and SHA-256 of what it was trained on. */
  readonly trainedOn: string;
  readonly trainedOnSha256: string;
  readonly seed: number;
  /** Under which terms the model may be used. */
  readonly licence: string;
  /** For whoever opens the file: what it is and is not for. */
  readonly description: string;
}

/** The card as read back. */
export interface OnnxCard extends PopulationCard {
  /** Learner and the first twelve digits of the digest: another whenever any prediction may be. */
  readonly id: string;
  /** Of the file up to its id, hex. */
  readonly sha256: string;
  readonly operatorSets: readonly OperatorSet[];
}

const propertiesSchema = z.object({
  featureVersion: z.string().min(1),
  featureNames: z.string().transform((names) => names.split(',')),
  learner: z.string().min(1),
  trainedOn: z.string().min(1),
  trainedOnSha256: z.string().regex(/^[0-9a-f]{64}$/),
  seed: z.coerce.number().int(),
  licence: z.string().min(1),
  id: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const ID_DIGITS = 12;

/** The end of the file: id and digest of what comes before. */
function sealOf(content: Uint8Array, learner: string): Uint8Array {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return encodeProperties({ id: `${learner}-${sha256.slice(0, ID_DIGITS)}`, sha256 });
}

/** An .onnx file of a graph (see `encodeGraph`) and its card. */
export function writeOnnxModel(graph: Uint8Array, card: PopulationCard): Uint8Array {
  const content = encodeModel({
    producerName: PRODUCER,
    description: card.description,
    graph,
    operatorSets: OPERATOR_SETS,
    properties: {
      featureVersion: card.featureVersion,
      featureNames: card.featureNames.join(','),
      learner: card.learner,
      trainedOn: card.trainedOn,
      trainedOnSha256: card.trainedOnSha256,
      seed: String(card.seed),
      licence: card.licence,
      opset: OPERATOR_SETS.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`).join(', '),
    },
  });
  const seal = sealOf(content, card.learner);
  const bytes = new Uint8Array(content.length + seal.length);
  bytes.set(content);
  bytes.set(seal, content.length);
  return bytes;
}

/** What the file says of itself. @throws Error where it is cut short, damaged or not one of ours */
export function readOnnxCard(bytes: Uint8Array): OnnxCard {
  let model: ReturnType<typeof decodeModel>;
  try {
    model = decodeModel(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`population model: not an ONNX file, or cut short: ${reason}`, { cause });
  }
  const parsed = propertiesSchema.safeParse(model.properties);
  if (!parsed.success) {
    const faulty = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Error(`population model: not written by this program, or cut short: lacks ${faulty}`);
  }
  const card = parsed.data;
  const sealLength = encodeProperties({ id: card.id, sha256: card.sha256 }).length;
  const content = bytes.subarray(0, -sealLength);
  if (!sealOf(content, card.learner).every((byte, at) => byte === bytes[content.length + at])) {
    throw new Error(`population model ${card.id}: damaged, its content is not what its digest says`);
  }
  return { ...card, description: model.description, operatorSets: model.operatorSets };
}
