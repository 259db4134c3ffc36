/**
 * How far each expert is believed: a Bayes mixture weighed by prequential log-loss, population always among them.
 *
 * Before each press every expert said P(press); its evidence is Σ [ln p_expert(y) - ln p_population(y)].
 * Weights ∝ prior · exp(evidence), population 1/2, the others share the other half. With n = 0 the weight is all the
 * population's, so the box starts exactly as it. The first press therefore was not a mixture's, and evidence from it
 * only counts where it speaks against an expert: with that the mixture's cumulative log-loss never exceeds the
 * population's by more than ln 2, for any sequence of presses and any experts.
 *
 * Proof: let r_i = p_i(y_1)/p_pop(y_1) and c_i = min(1, r_i). The first loss is the population's; from the second on
 * the losses telescope to ln[(½ + Σ π_i c_i) / (½ + Σ π_i c_i R_i)] over the population's, R_i >= 0 the later ratio of
 * likelihoods, and Σ π_i c_i <= ½: at most ln(1 / ½).
 */
import type { PerEmotion } from '../emotions.ts';
import { CLASS_COUNT } from './embedding.ts';

export interface EvidenceGate {
  /** Presses weighed so far. */
  readonly presses: number;
  /** Σ e per expert but the population (whose evidence against itself is 0), in the order of the experts. */
  readonly logEvidence: readonly number[];
}

/** Most the mixture can lose to the population over a child's whole life, in nats. */
export const WORST_EXCESS_NATS = Math.LN2;

/** A gate for this many experts beside the population (personal fits now, a forest later). */
export function createGate(expertCount: number): EvidenceGate {
  return { presses: 0, logEvidence: new Array<number>(expertCount).fill(0) };
}

/**
 * Weights [population, ...experts], summing to 1; exactly [1, 0, ...] before the first press.
 * With one expert its weight is 1 / (1 + exp(-Σ e)).
 */
export function expertWeights(gate: EvidenceGate): readonly number[] {
  const { presses, logEvidence } = gate;
  if (presses === 0 || logEvidence.length === 0) return [1, ...logEvidence.map(() => 0)];
  const largest = Math.max(0, ...logEvidence);
  const population = logEvidence.length * Math.exp(-largest);
  const others = logEvidence.map((evidence) => Math.exp(evidence - largest));
  const sum = others.reduce((total, weight) => total + weight, population);
  return [population / sum, ...others.map((weight) => weight / sum)];
}

/** The mixture of what the population and the experts (in the gate's order) say of one song. */
export function mix(gate: EvidenceGate, population: PerEmotion, experts: readonly PerEmotion[]): PerEmotion {
  const weights = expertWeights(gate);
  // Not 1 * p + 0 * q: where the population has all the weight, its very bits come out.
  if (weights[0] === 1) return population;
  const mixed: [number, number, number, number] = [0, 0, 0, 0];
  for (let k = 0; k < CLASS_COUNT; k++) {
    let sum = weights[0]! * population[k]!;
    for (let i = 0; i < experts.length; i++) sum += weights[i + 1]! * experts[i]![k]!;
    mixed[k] = sum;
  }
  return mixed;
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
