/** What a study can be told on the command line, and what is wrong with what it was told. Pure. */
import { parseArgs } from 'node:util';
import { LEARNER_NAMES, type LearnerName } from '../population/learners/fits.ts';
import { parseScale, type RatingScale } from '../population/listening-files.ts';
import type { SongRange } from './folds.ts';

export const STUDY_HELP = `The study: how well the box would have known real people, press by press.

Usage: npm run study -- --data SOURCE [options]

A SOURCE is a folder in DEAM's layout, a folder with ratings.csv and features.csv, or RATINGS.csv,FEATURES.csv.
Ratings: one row a rater and song, with valence and arousal or an emotion. Features: one row a song, any columns.

  --data SOURCE          whose people are tested, each left out of all that is trained
  --ratings FILE --features FILE
                         the same as --data FILE,FILE
  --train-on SOURCE --test-on SOURCE
                         population and prior from one set of people and songs, tested on another; the feature
                         columns both have. Raters and songs that are in both are left out of training
  --protocol NAME        real, repeated, seed, simulated or all (all; with --train-on: real)
  --songs FIRST-LAST     test on ratings of these songs only (numbered songs); others are still learnt from
  --fewest-ratings N     a person takes part with this many ratings (100)
  --scale LOW..HIGH      of valence and arousal in rating files (1..9), such as 1..5 or --scale=-1..1
  --learner NAME         the population's (gpForest, as shipped): ${LEARNER_NAMES.join(', ')}
  --out DIR              report, tables, and finished pieces to go on from (study-results; with --quick: nothing kept)
  --seed N               of folds, orders, forests and simulated children (1)
  --workers N            threads (2)
  --quick                protocol real only, one order, a smaller forest: about 45 s
  --json                 last line of output: the learning curve as JSON
  --help

Protocols: real plays people's own ratings as presses and tests them on songs new to all that is trained; repeated is
forty songs pressed again and again; seed is the prototype's, on all feature columns of DEAM (openSMILE's 1,040 where
its folder has them); simulated is children made of numbers. Population and prior learn only from songs with listeners'
own ratings, where there are any; songs known by averages alone serve protocols seed and simulated. Protocol real also
takes away one part of the method at a time: prior covariance, gate, timbre (taste learnt from how songs sound, too),
forest, or all of taste but constants.

Everything is reproducible from data, options and seed. A study that was stopped goes on where it was: give the same
command again.

  npm run study -- --data ../shared/data/deam
  npm run study -- --data ../shared/data/deam --quick --json
  npm run study -- --train-on ../shared/data/deam --test-on my-ratings.csv,my-features.csv`;

/** Where listener data come from. */
export type Source =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'files'; readonly ratings: string; readonly features: string };

export const PROTOCOL_CHOICES = ['real', 'repeated', 'seed', 'simulated'] as const;
export type ProtocolChoice = (typeof PROTOCOL_CHOICES)[number];

export interface StudyOptions {
  readonly tested: Source;
  /** Of a transfer. */
  readonly training?: Source;
  readonly protocols: readonly ProtocolChoice[];
  readonly songs?: SongRange;
  readonly fewestRatings: number;
  readonly scale?: RatingScale;
  readonly learner: LearnerName;
  /** Where results are kept; undefined where they are not. */
  readonly out: string | undefined;
  readonly seed: number;
  readonly workers: number;
  readonly quick: boolean;
  readonly json: boolean;
}

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: StudyOptions }
  | { readonly kind: 'help' }
  /** One sentence: what is wrong and what would be right. */
  | { readonly kind: 'refused'; readonly reason: string };

const DEFAULT_OUT = 'study-results';
const MOST_WORKERS = 64;
/** Seeds go through 32-bit hashes, but are told as they are. */
const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

class Refusal extends Error {}

/** The options of these arguments. */
export function parseStudyOptions(argv: readonly string[]): ParsedOptions {
  try {
    const given = parsed(argv);
    return given.help === true ? { kind: 'help' } : { kind: 'run', options: studyOptions(given) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        data: { type: 'string' },
        ratings: { type: 'string' },
        features: { type: 'string' },
        'train-on': { type: 'string' },
        'test-on': { type: 'string' },
        protocol: { type: 'string' },
        songs: { type: 'string' },
        'fewest-ratings': { type: 'string', default: '100' },
        scale: { type: 'string' },
        learner: { type: 'string', default: 'gpForest' },
        out: { type: 'string' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string', default: '2' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const { message } = error as Error;
    const ambiguous = /^Option '(--[^']+)' argument is ambiguous/.exec(message);
    if (ambiguous !== null) {
      throw new Refusal(
        `${ambiguous[1]} needs a value; one that begins with - is written ${ambiguous[1]}=-1.`,
      );
    }
    const [reason] = message.split('. ');
    throw new Refusal(`${reason}. Add --help to see the options.`);
  }
}

type Given = ReturnType<typeof parsed>;

function studyOptions(given: Given): StudyOptions {
  const { songs, scale, quick, json } = given;
  const sources = sourcesOf(given);
  const out = given.out ?? (quick ? undefined : DEFAULT_OUT);
  if (out?.trim() === '') throw new Refusal('--out is empty: name a folder.');
  return {
    ...sources,
    protocols: protocolsOf(given, sources.training !== undefined),
    ...(songs === undefined ? {} : { songs: songRange(songs) }),
    fewestRatings: wholeNumber('--fewest-ratings', given['fewest-ratings'], 2, 1_000_000),
    ...(scale === undefined ? {} : { scale: scaleOf(scale) }),
    learner: learnerOf(given.learner),
    out,
    seed: wholeNumber('--seed', given.seed, 0, LARGEST_SEED),
    workers: wholeNumber('--workers', given.workers, 1, MOST_WORKERS),
    quick,
    json,
  };
}

function sourcesOf(given: Given): Pick<StudyOptions, 'tested' | 'training'> {
  const { data, ratings, features, 'train-on': trainOn, 'test-on': testOn } = given;
  const ways = [
    data !== undefined,
    ratings !== undefined || features !== undefined,
    trainOn !== undefined || testOn !== undefined,
  ];
  if (ways.filter(Boolean).length > 1) {
    throw new Refusal(
      'Give the data one way: --data, or --ratings with --features, or --train-on with --test-on.',
    );
  }
  if (data !== undefined) return { tested: sourceOf('--data', data) };
  if (ratings !== undefined || features !== undefined) {
    if (!ratings || !features) throw new Refusal('--ratings and --features go together: one FILE each.');
    return { tested: { kind: 'files', ratings, features } };
  }
  if (trainOn !== undefined || testOn !== undefined) {
    if (!trainOn || !testOn) throw new Refusal('--train-on and --test-on go together: one SOURCE each.');
    return { training: sourceOf('--train-on', trainOn), tested: sourceOf('--test-on', testOn) };
  }
  throw new Refusal('Whose data? Give --data DIR with the folder of DEAM, or see --help for other data.');
}

function sourceOf(option: string, text: string): Source {
  const [first, second, ...more] = text.split(',').map((part) => part.trim());
  if (first && second === undefined) return { kind: 'folder', path: first };
  if (first && second && more.length === 0) return { kind: 'files', ratings: first, features: second };
  throw new Refusal(`${option} "${text}" is neither a folder nor RATINGS.csv,FEATURES.csv.`);
}

function protocolsOf({ protocol, quick }: Given, isTransfer: boolean): readonly ProtocolChoice[] {
  if (quick) {
    if (protocol === undefined || protocol === 'real') return ['real'];
    throw new Refusal(`--quick runs protocol real alone: leave out --quick or --protocol ${protocol}.`);
  }
  const name = protocol ?? (isTransfer ? 'real' : 'all');
  if (name === 'all' && !isTransfer) return PROTOCOL_CHOICES;
  if (isTransfer && name !== 'real') {
    throw new Refusal(`--train-on with --test-on runs protocol real, not ${name}: leave out --protocol.`);
  }
  const known = PROTOCOL_CHOICES.find((choice) => choice === name);
  if (known !== undefined) return [known];
  throw new Refusal(`There is no protocol "${name}": use ${PROTOCOL_CHOICES.join(', ')} or all.`);
}

function songRange(text: string): SongRange {
  const ends = /^(\d+)-(\d+)$/.exec(text);
  const [first, last] = [Number(ends?.[1]), Number(ends?.[2])];
  if (first <= last) return { first, last };
  throw new Refusal(`--songs "${text}" is not a range of song numbers: write it as 2-1000.`);
}

function scaleOf(text: string): RatingScale {
  const scale = parseScale(text);
  if (scale !== undefined) return scale;
  throw new Refusal(`--scale "${text}" is not a scale: write it as 1..9 or --scale=-1..1.`);
}

function learnerOf(name: string): LearnerName {
  const known = LEARNER_NAMES.find((learner) => learner === name);
  if (known !== undefined) return known;
  throw new Refusal(`There is no learner "${name}": use ${LEARNER_NAMES.join(', ')}.`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Refusal(`${option} "${text}" is not a whole number from ${least} to ${most}.`);
}
