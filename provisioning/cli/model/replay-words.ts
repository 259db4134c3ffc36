/** What a replay found, as lines for a terminal. */
import { WORST_EXCESS_NATS } from '../../../models/child/evidence-gate.ts';
import { type Column, tableLines } from '../text-table.ts';
import type { Replay, StateComparison, Stretch } from './replay.ts';
import { count, wrapped } from './sentences.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'presses' },
  { heading: 'right: people', align: 'right' },
  { heading: 'child', align: 'right' },
  { heading: 'log-loss: people', align: 'right' },
  { heading: 'child', align: 'right' },
];

/** Every terminal has these many cells. */
const WIDTH = 80;

const MADE_ANEW = 'The box makes it anew from the journal at its next start; nothing is lost.';

/** The whole report. */
export function replayLines(journal: string, replay: Replay): string[] {
  const { presses, songs, forgottenPresses, state, quarters, whole } = replay;
  const head = [
    journal,
    `${count(presses, 'press', 'presses')} on ${count(songs, 'song')}` +
      (forgottenPresses > 0 ? `; ${forgottenPresses} more on songs forgotten since are left out` : ''),
    '',
    ...stateLines(state, presses),
  ];
  if (presses === 0) return head;
  const rows = [...quarters, whole].map((stretch, i) => [
    i === quarters.length ? 'all' : `${stretch.from}-${stretch.to}`,
    ...figures(stretch),
  ]);
  const excess = whole.child.logLoss - whole.population.logLoss;
  return [
    ...head,
    '',
    'How well the presses were foretold, each before it came, by what people in',
    'general hear and by the child’s model (log-loss in nats a press: less is better)',
    '',
    ...tableLines(COLUMNS, rows),
    '',
    ...wrapped(
      `In all the child’s model is ${Math.abs(excess).toFixed(2)} nats ${excess <= 0 ? 'better' : 'worse'}; ` +
        `it can never be more than ${WORST_EXCESS_NATS.toFixed(2)} worse.`,
      WIDTH,
    ),
  ];
}

function stateLines(state: StateComparison, presses: number): string[] {
  switch (state.kind) {
    case 'none':
      return ['The box has not stored a model yet: there is nothing to compare with.'];
    case 'incomparable':
      return wrapped(`The stored model cannot be compared: ${state.detail}. ${MADE_ANEW}`, WIDTH);
    case 'damaged':
      return wrapped(`The stored model is damaged: ${state.detail}. ${MADE_ANEW}`, WIDTH);
    case 'equal':
      return [
        `The stored model${storedAfter(state.afterPresses, presses)} equals the rebuilt one to the bit.`,
      ];
    case 'differs':
      return [
        `The stored model${storedAfter(state.afterPresses, presses)} DIFFERS from the rebuilt one:`,
        ...state.differences.map(({ member, words }) => `  ${member}: ${words}`),
        ...wrapped(
          'Songs heard anew, tagged anew or forgotten since are learnt from as they are now, and a forest the box could not train is trained here. If it is none of these, report it.',
          WIDTH,
        ),
      ];
  }
}

function storedAfter(after: number, presses: number): string {
  return after === presses ? '' : ` (of the first ${count(after, 'press', 'presses')})`;
}

function figures({ population, child }: Stretch): string[] {
  const { tests } = child;
  return [
    ...[population, child].map(({ correct }) => `${((100 * correct) / tests).toFixed(1)} %`),
    ...[population, child].map(({ logLoss }) => (logLoss / tests).toFixed(3)),
  ];
}
