/**
 * Opens a model from its one file, all of it or nothing: population, prior and card must each be whole and belong
 * together, and the population must read the features this program hears. Whatever is wrong is an answer.
 */
import { type Prior, parsePrior } from '../child/prior.ts';
import { membersOf } from '../child/stored-numbers.ts';
import { EMOTIONS } from '../emotions.ts';
import { featureNames, featureVersion } from '../features/hear-song.ts';
import { parseModelBundle } from './model-bundle.ts';
import { type OnnxPopulation, openOnnxPopulation } from './onnx/onnx-population.ts';

export type OpenedBundle =
  | { readonly kind: 'opened'; readonly population: OnnxPopulation; readonly prior: Prior }
  /** Something is wrong with the file; `reason` is a clause for people. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** Nothing can be run on this machine, this model as little as another. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly hint: string };

/** Never rejects; holds the thread for some 50 ms, most of it in native code. */
export async function openModelBundle(
  bytes: Uint8Array,
  openPopulation: typeof openOnnxPopulation = openOnnxPopulation,
): Promise<OpenedBundle> {
  const parsed = parseModelBundle(bytes);
  if (parsed.kind === 'unreadable') return { kind: 'unusable', reason: parsed.reason };
  try {
    const card = membersOf(jsonOf(parsed.bundle.card, 'model card'));
    const priorJson = jsonOf(parsed.bundle.prior, 'prior');
    const prior = parsePrior(priorJson);
    const opened = await openPopulation(parsed.bundle.population);
    if (opened.kind === 'unavailable') return opened;
    const { population } = opened;
    const reason = misfitOf(population, card, membersOf(priorJson)) ?? (await whyMute(population));
    if (reason === undefined) return { kind: 'opened', population, prior };
    await population.close();
    return { kind: 'unusable', reason };
  } catch (cause) {
    return { kind: 'unusable', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function jsonOf(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error(`its ${what} is not JSON`, { cause });
  }
}

/** Why these three do not belong together, or not to this program. */
function misfitOf(
  { id, card: inFile }: OnnxPopulation,
  card: Readonly<Record<string, unknown>>,
  prior: Readonly<Record<string, unknown>>,
): string | undefined {
  if (card.format !== 'amecs-model-card') return 'its model card is not one';
  if (card.population !== id) return `its model card is that of ${card.population}, not of ${id}`;
  if (prior.population !== id) return `its prior was fitted under ${prior.population}, not under ${id}`;
  if (inFile.featureVersion !== featureVersion) {
    return `it reads the features ${inFile.featureVersion}, and this program hears ${featureVersion}`;
  }
  const isSameOrder =
    inFile.featureNames.length === featureNames.length &&
    inFile.featureNames.every((name, at) => name === featureNames[at]);
  return isSameOrder ? undefined : 'its features are in another order than those this program hears';
}

/** Sum of float32 probabilities may be off by rounding only. */
const SUM_TOLERANCE = 1e-4;

/** Asks about one made-up song: a graph may load and still not run, or give what no child's model can start from. */
async function whyMute({ predict }: OnnxPopulation): Promise<string | undefined> {
  const [opinion] = await predict([new Array<number>(featureNames.length).fill(0)]);
  const { probabilities, valenceArousal } = opinion!;
  const sum = probabilities.reduce((total, p) => total + p, 0);
  const isDistribution =
    probabilities.length === EMOTIONS.length &&
    probabilities.every((p) => p > 0) &&
    Math.abs(sum - 1) <= SUM_TOLERANCE;
  if (!isDistribution) return `what it says of a song is no distribution: [${probabilities.join(', ')}]`;
  return valenceArousal.every(Number.isFinite) ? undefined : 'it places a song nowhere';
}
