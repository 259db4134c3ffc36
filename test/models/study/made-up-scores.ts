/** Scores made up for tests, with nothing of anybody in them. */
import type { PerEmotion } from '../../../models/emotions.ts';
import { createRandom, drawnNormal } from '../../../models/population/learners/seeded-random.ts';
import type { PersonScore, Score } from '../../../models/study/scores.ts';
import { createTally } from '../../../models/study/tally.ts';

/** So many predictions, the first ones right, all with this confidence. */
export function scoreOf(tests: number, correct: number, confidence = 0.7): Score {
  const tally = createTally();
  const rest = (1 - confidence) / 3;
  const opinion: PerEmotion = [confidence, rest, rest, rest];
  for (let at = 0; at < tests; at++) tally.add(opinion, at < correct ? 0 : 1 + (at % 3));
  return tally.score();
}

export function rowOf(
  method: string,
  presses: number,
  person: string,
  score: Score,
  protocol = 'realPeople',
): PersonScore {
  return { protocol, method, presses, person, score };
}

/** Accuracy of each method after so many presses, as a share. */
type Curves = Readonly<Record<string, (presses: number) => number>>;

const PRESSES = [0, 5, 10, 25, 50, 100, 200];
const TESTS = 60;

function rowsOf(protocol: string, curves: Curves, people: number, presses = PRESSES): PersonScore[] {
  const random = createRandom(people);
  const tastes = Array.from({ length: people }, () => drawnNormal(random));
  return Object.entries(curves).flatMap(([method, curve]) =>
    presses.flatMap((n) =>
      tastes
        .filter((_, person) => n < 200 || person % 2 === 0)
        .map((taste, person) => {
          const share = Math.min(0.95, Math.max(0.05, curve(n) + 0.06 * taste + (n > 0 ? 0.02 * taste : 0)));
          const score = scoreOf(TESTS, Math.round(TESTS * share), Math.min(0.9, 0.4 + 0.001 * n));
          return rowOf(method, n, `person-${person}`, score, protocol);
        }),
    ),
  );
}

const rising = (from: number, to: number) => (n: number) => from + (to - from) * (1 - Math.exp(-n / 30));

/** A study of everything, small. */
export function madeUpStudy(): PersonScore[] {
  const ours = rising(0.5, 0.58);
  return [
    ...rowsOf(
      'realPeople',
      {
        population: () => 0.5,
        majority: () => 0.35,
        personalForest: rising(0.35, 0.55),
        ours,
        oursNoGate: rising(0.49, 0.57),
        oursBiasOnly: rising(0.5, 0.54),
      },
      19,
    ),
    ...['FreshPress', 'OwnLabel'].flatMap((variant) =>
      rowsOf(
        `repeatedLibrary${variant}`,
        {
          population: () => 0.44,
          oursNoMemory: rising(0.44, 0.48),
          memoryOnly: rising(0.44, 0.6),
          ours: rising(0.44, 0.63),
        },
        19,
        [0, 25, 50, 100, 200],
      ),
    ),
    ...rowsOf(
      'seedProtocol',
      { population: () => 0.65, personalForest: rising(0.5, 0.61), ours: () => 0.648 },
      8,
      [50, 100, 500],
    ),
    ...['forest', 'svm', 'majority'].map((method, at) =>
      rowOf(method, 0, 'averaged ratings', scoreOf(347, 226 - 40 * at), 'seedProtocolLearners'),
    ),
    ...['', 'Drift', 'StrongTastes'].flatMap((variant) =>
      rowsOf(`simulatedChildren${variant}`, { population: () => 0.51, ours: rising(0.51, 0.56) }, 12),
    ),
  ];
}
