/** What the child's model believes, said for a caregiver: plain words first, each figure with what it means. */
import { reasonSentence } from '../../../models/child/explanation-words.ts';
import { EMOTIONS, type Emotion } from '../../../models/emotions.ts';
import { topEmotionWords } from '../library/song-words.ts';
import { bar } from '../terminal.ts';
import { cellWidth, tableLines } from '../text-table.ts';
import type { Foretold } from './child-history.ts';
import type { Hearing } from './hearing.ts';
import type { ModelView, SongBelief, Voice } from './model-view.ts';
import { count, wrapped } from './sentences.ts';

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 88;
/** Below this a table of three columns is told as a list. */
const NARROW = 64;

const INDENT = '  ';

const SHORTEST_BAR = 6;
const LONGEST_BAR = 30;

const HEARING_COLUMNS = [
  { heading: `${INDENT}what most call` },
  { heading: 'this child hears as' },
  { heading: 'pressed so far' },
];

const VOICE_WORDS: Readonly<Record<Voice['name'], string>> = {
  population: 'most people',
  taste: 'this child’s taste',
  timbre: 'taste, by sound too',
  songMemory: 'taste, and each song',
  forest: 'likeness of sound',
};

/** Songs told at either end of the list. */
const SONGS_TOLD = 3;

/** The whole report, for a terminal of this many cells. */
export function modelLines(view: ModelView, columns: number): string[] {
  const width = Math.min(columns, WIDEST);
  if (view.presses === 0) return wrapped(nothingYet(view), width);
  const learnt = `${count(view.presses, 'press', 'presses')} on ${count(view.pressedSongs, 'song')}`;
  return [
    ...wrapped(`What the box has learnt from this child: ${learnt}`, width),
    '',
    'How well it knows the child',
    ...wrapped(foretoldWords(view.foretold), width, INDENT),
    ...wrapped(logLossWords(view.foretold), width, INDENT),
    '',
    'Where its answers come from',
    ...voiceLines(view, width),
    '',
    'How this child hears',
    ...hearingLines(view, width),
    ...songLines(view, width),
    '',
    ...wrapped('All this is what the box expects to be pressed, not what the child feels.', width),
    ...forgottenLines(view.forgottenPresses, width),
  ];
}

/** One song: what is expected, and why. */
export function songBeliefLines(belief: SongBelief, view: ModelView, columns: number): string[] {
  const width = Math.min(columns, WIDEST);
  const { predicted, population } = belief.explanation;
  const barWidth = Math.max(SHORTEST_BAR, Math.min(20, Math.floor((width - 26) / 2)));
  const rows = EMOTIONS.map((emotion, k) => [
    `${INDENT}${emotion}`,
    `${bar(predicted[k]!, 1, barWidth)} ${percent(predicted[k]!)}`,
    `${bar(population[k]!, 1, barWidth)} ${percent(population[k]!)}`,
  ]);
  const columnsOf = [{ heading: '' }, { heading: 'this child' }, { heading: 'most people' }];
  return [
    `“${belief.song.title}”`,
    '',
    ...tableLines(columnsOf, rows),
    '',
    ...wrapped(reasonOf(belief, view), width, INDENT),
  ];
}

function nothingYet({ songs }: ModelView): string {
  return (
    'Nothing has been learnt yet: no button was pressed while a song played. ' +
    (songs.length === 0
      ? 'The box has not heard a song either; amecs library --help tells how it comes by some.'
      : 'Until then the box expects of each song what most people hear in it.')
  );
}

function forgottenLines(presses: number, width: number): string[] {
  if (presses === 0) return [];
  const words = `${count(presses, 'press', 'presses')} on songs forgotten since ${presses === 1 ? 'is' : 'are'} left out.`;
  return wrapped(words, width);
}

function foretoldWords({ population, child }: Foretold): string {
  return (
    'Before each press the box says what it expects. ' +
    `It was right ${child.correct} of ${count(child.tests, 'time')}; ` +
    `by most people’s ears alone it would have been right ${count(population.correct, 'time')}.`
  );
}

function logLossWords({ population, child }: Foretold): string {
  const gain = population.logLoss - child.logLoss;
  const aPress = ({ logLoss, tests }: Foretold['child']): string => (logLoss / tests).toFixed(2);
  return (
    `(Log-loss a press ${aPress(child)}, most people ${aPress(population)}: ` +
    `${Math.abs(gain).toFixed(1)} nats ${gain >= 0 ? 'better' : 'worse'} in all.)`
  );
}

/** A bar each; the forest only once there is one. */
function voiceLines({ voices, experts }: ModelView, width: number): string[] {
  const hasForest = experts.some((expert) => expert.name === 'forest' && expert.songs > 0);
  const speaking = voices.filter(({ name }) => name !== 'forest' || hasForest);
  const nameWidth = Math.max(...speaking.map(({ name }) => VOICE_WORDS[name].length));
  const barWidth = Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, width - nameWidth - 10));
  return speaking.map(
    ({ name, weight }) =>
      `${INDENT}${VOICE_WORDS[name].padEnd(nameWidth)}  ${bar(weight, 1, barWidth)} ${percent(weight)}`,
  );
}

function hearingLines({ hearing, voices }: ModelView, width: number): string[] {
  if (hearing.length === 0) {
    return wrapped('What most people hear is not known, so there is nothing to compare with.', width, INDENT);
  }
  const rows = hearing.map((each) => [`${INDENT}${each.of}`, verdictWords(each), pressedWords(each)]);
  const lines =
    width >= NARROW
      ? tableLines(HEARING_COLUMNS, rows)
      : hearing.flatMap((each) => {
          const called = pressedWords(each);
          return [
            `${INDENT}${each.of}: ${verdictWords(each)}`,
            ...(called === '' ? [] : [`${INDENT}  ${called}`]),
          ];
        });
  if (voices[0]!.weight <= 0.5) return lines;
  const hint =
    'Only a first hint: so far most people’s ears expect this child’s presses better than this does.';
  return [...lines, ...wrapped(hint, width, INDENT)];
}

function verdictWords({ of, verdict }: Hearing): string {
  switch (verdict.kind) {
    case 'noSongs':
      return 'the box has no such songs';
    case 'unsure':
      return 'not sure yet';
    case 'asMost':
      return `${of}, as most do`;
    case 'shifted': {
      const { toward, isLikeliest, isClear } = verdict;
      const perhaps = isClear ? '' : 'perhaps ';
      if (toward === of) return `${of}, ${perhaps}more than most`;
      return `${perhaps}${toward} ${isLikeliest ? 'instead' : 'more often than most'}`;
    }
  }
}

/** The songs it is most and least sure of, each with its reason: beside it where there is room, else below. */
function songLines(view: ModelView, width: number): string[] {
  const sureness = ({ explanation }: SongBelief): number => Math.max(...explanation.predicted);
  const sorted = [...view.songs].sort((a, b) => sureness(b) - sureness(a));
  const surest = sorted.slice(0, Math.min(SONGS_TOLD, Math.ceil(sorted.length / 2)));
  const leastSure = sorted.slice(surest.length).slice(-SONGS_TOLD).reverse();
  const told = [...surest, ...leastSure];
  const columns = [
    { heading: '', maxWidth: width >= NARROW ? Math.floor(width / 3) : width - 14 },
    { heading: '' },
  ];
  const [, ...names] = tableLines(
    columns,
    told.map(({ song, explanation }) => [`${INDENT}${song.title}`, topEmotionWords(explanation.predicted)]),
  );
  const nameWidth = Math.max(...names.map(cellWidth));
  const lines = told.map((belief, i) => {
    const reason = reasonOf(belief, view);
    const filling = ' '.repeat(nameWidth - cellWidth(names[i]!) + 2);
    const whole = names[i]! + filling + reason;
    return cellWidth(whole) <= width ? [whole] : [names[i]!, ...wrapped(reason, width, `${INDENT}  `)];
  });
  const part = (heading: string, from: number, to: number): string[] =>
    from === to ? [] : ['', heading, ...lines.slice(from, to).flat()];
  return [
    ...part('Songs it is surest of', 0, surest.length),
    ...part('Songs it is least sure of', surest.length, told.length),
  ];
}

function reasonOf({ explanation }: SongBelief, { songs }: ModelView): string {
  return reasonSentence(
    explanation,
    (songId) => songs.find(({ song }) => song.songId === songId)?.song.title,
  );
}

/** Such as `calm 31, sad 13 (5 songs)`: many presses of few songs tell little of the others. */
function pressedWords({ timesCalled, pressedSongs }: Hearing): string {
  const times = EMOTIONS.map((emotion, k): [Emotion, number] => [emotion, timesCalled[k]!])
    .filter(([, presses]) => presses > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([emotion, presses]) => `${emotion} ${presses}`);
  return times.length === 0 ? '' : `${times.join(', ')} (${count(pressedSongs, 'song')})`;
}

function percent(share: number): string {
  return `${String(Math.round(100 * share)).padStart(3)} %`;
}
