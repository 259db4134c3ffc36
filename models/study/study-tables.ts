/** The study's results as tables: one row a person for statisticians, and a few lines for whoever waits at the terminal. */
import type { Protocol } from './protocols/protocol.ts';
import { csvOf } from './report/csv.ts';
import type { StudySettings } from './report/study-settings.ts';
import type { PersonScore } from './scores.ts';
import type { CurvePoint } from './statistics-curve.ts';
import type { StudyOrder } from './study-order.ts';

/** "repeatedLibrary" → "repeated-library". */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** One CSV a protocol, its variants in it: one row a protocol, method, number of presses and person. Accuracy in per cent. */
export function personTables(
  protocols: readonly Pick<Protocol, 'name'>[],
  rows: readonly PersonScore[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    protocols.map(({ name }) => [
      `${kebab(name)}.csv`,
      csvOf(
        rows.filter(({ protocol }) => protocol.startsWith(name)),
        [
          ['protocol', (row) => row.protocol],
          ['method', (row) => row.method],
          ['presses', (row) => row.presses],
          ['person', (row) => row.person],
          ['tests', (row) => row.score.tests],
          ['accuracy', ({ score }) => (100 * score.correct) / score.tests],
          ['logLoss', ({ score }) => score.logLoss / score.tests],
          ['brier', ({ score }) => score.brier / score.tests],
        ],
      ),
    ]),
  );
}

/** The curve for people to read. */
export function curveWords(curve: readonly CurvePoint[]): string[] {
  if (curve.length === 0) return [];
  const head = ['presses', 'people', 'population', 'ours', 'gain', 'trimmed', 'log-loss', 'worse'];
  const rows = curve.map(({ n, raters, population, ours, gain, trimmedGain, logLossChange, worse }) => [
    String(n),
    String(raters),
    `${population.toFixed(1)} %`,
    `${ours.toFixed(1)} %`,
    signed(gain, 1),
    signed(trimmedGain, 1),
    signed(logLossChange, 3),
    String(worse),
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  return [head, ...rows].map((row) => row.map((cell, at) => cell.padStart(widths[at]!)).join('  '));
}

function signed(value: number, digits: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}

/** What a reader of the report must know of this run. */
export function settingsWords({
  material: { tested, training, seedProtocol },
  ...order
}: StudyOrder): Pick<StudySettings, 'dataName' | 'sha256' | 'details'> {
  const { realPeople, repeatedLibrary, simulatedChildren } = order;
  const knowledge = (realPeople ?? repeatedLibrary ?? simulatedChildren)?.knowledge;
  const songs = (realPeople ?? repeatedLibrary)?.songs;
  return {
    dataName: training === undefined ? tested.name : `${training.name} → ${tested.name}`,
    sha256: [...new Set([training, tested, seedProtocol].flatMap((data) => data?.sha256 ?? []))].join(' '),
    details: [
      ['Songs', String(tested.songs.length)],
      ['Ratings', String(tested.ratings.length)],
      ['Feature columns', String(tested.columns.length)],
      ...(seedProtocol === undefined
        ? []
        : [['Feature columns of the seed’s protocol', String(seedProtocol.columns.length)] as const]),
      ...(songs === undefined ? [] : [['Tested on songs', `${songs.first} to ${songs.last}`] as const]),
      ...(knowledge === undefined
        ? []
        : [['Population learner', `${knowledge.learner}, forest of ${knowledge.trees} trees`] as const]),
      ...(realPeople === undefined
        ? []
        : ([
            ['Fewest ratings of a person', String(realPeople.fewestRatings)],
            ['Song-disjoint folds', String(realPeople.folds)],
            ['Press orders', String(realPeople.orders)],
          ] as const)),
      ...(simulatedChildren === undefined
        ? []
        : [['Simulated children of each kind', String(simulatedChildren.children)] as const]),
    ],
  };
}
