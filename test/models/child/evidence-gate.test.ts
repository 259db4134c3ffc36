import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutZeros } from '../../../models/child/embedding.ts';
import {
  createGate,
  expertWeights,
  mix,
  type Opinion,
  settleOpinions,
  WORST_EXCESS_NATS,
  weighPress,
} from '../../../models/child/evidence-gate.ts';
import type { PerEmotion } from '../../../models/emotions.ts';
import { anyDistribution } from './child-fixtures.ts';

const evenly = (experts: number): readonly number[] => new Array<number>(experts).fill(1);

const opinion = anyDistribution.map(withoutZeros);

describe('the gate', () => {
  test('before the first press the mixture is the population itself', () => {
    const population: PerEmotion = [0.1, 0.2, 0.3, 0.4];
    expect(
      mix(createGate(evenly(2)), population, [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ]),
    ).toBe(population);
    expect(expertWeights(createGate(evenly(2)))).toEqual([1, 0, 0]);
  });

  test('without experts the population keeps all the weight', () => {
    const gate = weighPress(createGate(evenly(0)), [0.25, 0.25, 0.25, 0.25], [], 2);
    expect(expertWeights(gate)).toEqual([1]);
  });

  test('one expert has weight 1 / (1 + exp(-evidence))', () => {
    const gate = { presses: 3, logEvidence: [0.7] };
    expect(expertWeights(gate)[1]).toBeCloseTo(1 / (1 + Math.exp(-0.7)), 15);
  });

  test('experts share the half that is not the population’s', () => {
    expect(expertWeights({ presses: 1, logEvidence: [0, 0, 0] })).toEqual([1 / 2, 1 / 6, 1 / 6, 1 / 6]);
  });

  test('weights sum to 1 however extreme the evidence', () => {
    const evidence = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(evidence, (logEvidence) => {
        const weights = expertWeights({ presses: 9, logEvidence });
        expect(weights.every((w) => w >= 0 && w <= 1)).toBe(true);
        expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('a first press counts against an expert but never for it', () => {
    const population: PerEmotion = [0.25, 0.25, 0.25, 0.25];
    const bold: PerEmotion = [0.7, 0.1, 0.1, 0.1];
    expect(weighPress(createGate(evenly(1)), population, [bold], 0).logEvidence).toEqual([0]);
    expect(weighPress(createGate(evenly(1)), population, [bold], 1).logEvidence[0]).toBeCloseTo(
      Math.log(0.4),
      12,
    );
    const second = weighPress({ presses: 1, logEvidence: [0] }, population, [bold], 0);
    expect(second.logEvidence[0]).toBeCloseTo(Math.log(2.8), 12);
  });

  test('hears an expert that is nearly out, but a million times as sure of this press as the population', () => {
    const population = withoutZeros([1, 0, 0, 0]);
    const expert: PerEmotion = [0.01, 0.97, 0.01, 0.01];
    const gate = { presses: 9, logEvidence: [-38] };
    expect(expertWeights(gate)[0]).toBe(1);
    expect(mix(gate, population, [expert])[1] - population[1]).toBeCloseTo(0.97 * Math.exp(-38), 18);
  });

  test('its cumulative log-loss stays within ln 2 of the population’s, whatever the experts say and the child does', () => {
    const said = fc.record({
      own: opinion,
      share: fc.oneof(fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    const step = fc.record({
      population: opinion,
      opinions: fc.tuple(said, said, said),
      emotion: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let gate = createGate(evenly(3));
        let excess = 0;
        for (const { population, opinions, emotion } of steps) {
          const experts = settleOpinions(gate, population, opinions);
          excess += Math.log(population[emotion]!) - Math.log(mix(gate, population, experts)[emotion]!);
          expect(excess).toBeLessThanOrEqual(WORST_EXCESS_NATS + 1e-9);
          gate = weighPress(gate, population, experts, emotion);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('an expert that shines at the first press only, then always fails, costs no more than ln 2', () => {
    const population: PerEmotion = [0.01, 0.33, 0.33, 0.33];
    const expert: PerEmotion = [0.97, 0.01, 0.01, 0.01];
    let gate = weighPress(createGate(evenly(1)), population, [expert], 0);
    let excess = 0;
    for (let press = 0; press < 20; press++) {
      excess += Math.log(population[1]) - Math.log(mix(gate, population, [expert])[1]);
      gate = weighPress(gate, population, [expert], 1);
    }
    expect(excess).toBeGreaterThan(0.6);
    expect(excess).toBeLessThanOrEqual(WORST_EXCESS_NATS + 1e-9);
  });
});

describe('an expert that leans on the others', () => {
  const population: PerEmotion = [0.25, 0.25, 0.25, 0.25];
  const sure = (k: number): PerEmotion => [0, 1, 2, 3].map((c) => (c === k ? 0.7 : 0.1)) as never;
  const all = (own: PerEmotion): Opinion => ({ own, share: 1 });
  const nothing: Opinion = { own: population, share: 0 };

  test('says what they say together, by their evidence, when it has nothing to say itself', () => {
    const gate = { presses: 9, logEvidence: [Math.log(3), 0, 5] };
    const [, , says] = settleOpinions(gate, population, [all(sure(0)), all(sure(1)), nothing]);
    for (const k of [0, 1, 2, 3] as const) {
      expect(says![k]).toBeCloseTo(0.75 * sure(0)[k] + 0.25 * sure(1)[k], 12);
    }
  });

  test('says its own for its share only', () => {
    const gate = { presses: 9, logEvidence: [0, 0] };
    const [, says] = settleOpinions(gate, population, [all(sure(0)), { own: sure(3), share: 0.25 }]);
    expect(says![3]).toBeCloseTo(0.25 * 0.7 + 0.75 * 0.1, 12);
  });

  test('says what the population says where nobody else speaks', () => {
    expect(settleOpinions({ presses: 4, logEvidence: [1] }, population, [nothing])).toEqual([population]);
  });

  test('changes nothing while it abstains: the others keep the weight they would have without it', () => {
    const step = fc.record({ experts: fc.tuple(opinion, opinion), emotion: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        // At the first press, which may only count against an expert, all say the same.
        let [two, three] = [createGate(evenly(2)), createGate(evenly(3))];
        for (const { experts, emotion } of [{ experts: [population, population], emotion: 0 }, ...steps]) {
          const settled = settleOpinions(three, population, [...experts.map(all), nothing]);
          const [a, b] = [mix(two, population, experts), mix(three, population, settled)];
          for (const k of [0, 1, 2, 3] as const) expect(Math.abs(a[k] - b[k])).toBeLessThan(1e-12);
          two = weighPress(two, population, experts, emotion);
          three = weighPress(three, population, settled, emotion);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has nothing to make up when it begins to speak: it starts level with the others together', () => {
    let gate = createGate(evenly(2));
    for (let press = 0; press < 50; press++) {
      gate = weighPress(gate, population, settleOpinions(gate, population, [all(sure(0)), nothing]), 0);
    }
    const [, other, newcomer] = expertWeights(gate);
    expect(newcomer).toBeCloseTo(other!, 12);
    expect(newcomer).toBeGreaterThan(0.49);
  });
});
