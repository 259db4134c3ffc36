/**
 * How far each expert is believed: a Bayes mixture weighed by prequential log-loss, population always among them.
 *
 * Before each press every expert said P(press); its evidence is Σ [ln p_expert(y) - ln p_population(y)].
 * Weights ∝ prior · exp(evidence), population 1/2, the others share the other half as their head starts are. With n = 0 the weight is all the
 * population's, so the box starts exactly as it. The first press therefore was not a mixture's, and evidence from it
 * only counts where it speaks against an expert: with that the mixture's cumulative log-loss never exceeds the
 * population's by more than ln 2, for any sequence of presses and any experts.
 *
 * Proof: let r_i = p_i(y_1)/p_pop(y_1) and c_i = min(1, r_i). The first loss is the population's; from the second on
 * the losses telescope to ln[(½ + Σ π_i c_i) / (½ + Σ π_i c_i R_i)] over the population's, R_i >= 0 the later ratio of
 * likelihoods, and Σ π_i c_i <= ½: at most ln(1 / ½). Nothing is asked of an expert but a distribution given before
 * each press: it may forget, change its forest for another, follow the others or say what they say.
 */
import { type PerEmotion, perEmotion } from '../emotions.ts';

export interface EvidenceGate {
  /** Presses weighed so far. */
  readonly presses: number;
  /** ln of each expert's head start and Σ e on top, in the order of the experts; the population's is 0 throughout. */
  readonly logEvidence: readonly number[];
}

/** An expert's own view of a song, and how much of what it says is its own: 1 all of it, 0 it abstains. */
export interface Opinion {
  readonly own: PerEmotion;
  readonly share: number;
}

/** Most the mixture can lose to the population over a child's whole life, in nats. */
export const WORST_EXCESS_NATS = Math.LN2;

/** A gate for so many experts beside the population. `headStarts`: how they share their half, each above 0, any sum. */
export function createGate(headStarts: readonly number[]): EvidenceGate {
  const mean = headStarts.reduce((sum, share) => sum + share, 0) / headStarts.length;
  return { presses: 0, logEvidence: headStarts.map((share) => Math.log(share / mean)) };
}

/** A gate is asked for its weights once a song, hundreds of times between two presses. */
const weightsOf = new WeakMap<EvidenceGate, readonly number[]>();

/**
 * Weights [population, ...experts], summing to 1; exactly [1, 0, ...] before the first press.
 * With one expert its weight is 1 / (1 + exp(-Σ e)).
 */
export function expertWeights(gate: EvidenceGate): readonly number[] {
  const known = weightsOf.get(gate);
  if (known !== undefined) return known;
  const weights = computeWeights(gate);
  weightsOf.set(gate, weights);
  return weights;
}

function computeWeights({ presses, logEvidence }: EvidenceGate): readonly number[] {
  if (presses === 0 || logEvidence.length === 0) return [1, ...logEvidence.map(() => 0)];
  const largest = Math.max(0, ...logEvidence);
  const population = logEvidence.length * Math.exp(-largest);
  const others = logEvidence.map((evidence) => Math.exp(evidence - largest));
  const sum = others.reduce((total, weight) => total + weight, population);
  return [population / sum, ...others.map((weight) => weight / sum)];
}

/** Σ weights_i distributions_i / Σ weights_i. */
function weighed(weights: readonly number[], distributions: readonly PerEmotion[]): PerEmotion {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return perEmotion((k) => {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * distributions[i]![k]!;
    return sum / total;
  });
}

/**
 * What each expert says in the end. One that is not all its own follows, for the rest, what those that are say together
 * by their evidence (the population, where there are none). So an expert that abstains takes no weight from the others,
 * and has none to make up when it begins to speak: the specialists of Freund, Schapire, Singer & Warmuth (1997).
 */
export function settleOpinions(
  gate: EvidenceGate,
  population: PerEmotion,
  opinions: readonly Opinion[],
): readonly PerEmotion[] {
  if (opinions.every(({ share }) => share === 1)) return opinions.map(({ own }) => own);
  const speakers = opinions.map((_, i) => i).filter((i) => opinions[i]!.share === 1);
  const largest = Math.max(...speakers.map((i) => gate.logEvidence[i]!));
  const together =
    speakers.length === 0
      ? population
      : weighed(
          speakers.map((i) => Math.exp(gate.logEvidence[i]! - largest)),
          speakers.map((i) => opinions[i]!.own),
        );
  return opinions.map(({ own, share }) => (share === 1 ? own : weighed([share, 1 - share], [own, together])));
}

/** The mixture of what the population and the experts (in the gate's order) say of one song. */
export function mix(gate: EvidenceGate, population: PerEmotion, experts: readonly PerEmotion[]): PerEmotion {
  const weights = expertWeights(gate);
  // Not 1 * p + 0 * q: where nobody else has any weight, the population's very bits come out. Its own weight does not
  // tell: beside 1 an expert's 1e-17 is lost, but may be a million times as sure of this press.
  const isAlone = weights.every((weight, i) => i === 0 || weight === 0);
  return isAlone ? population : weighed(weights, [population, ...experts]);
}

/** The gate after a press of class `emotion`, given what each said of the song *before* it. */
export function weighPress(
  gate: EvidenceGate,
  population: PerEmotion,
  experts: readonly PerEmotion[],
  emotion: number,
): EvidenceGate {
  const isFirst = gate.presses === 0;
  return {
    presses: gate.presses + 1,
    logEvidence: gate.logEvidence.map((evidence, i) => {
      const gained = Math.log(experts[i]![emotion]!) - Math.log(population[emotion]!);
      return evidence + (isFirst ? Math.min(0, gained) : gained);
    }),
  };
}
