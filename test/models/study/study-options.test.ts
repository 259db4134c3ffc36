/** What the program is told, and how it says that it was told nonsense. */
import { describe, expect, test } from 'vitest';
import type { StudyProgress } from '../../../models/study/run-study.ts';
import { parseStudyOptions, STUDY_HELP, type StudyOptions } from '../../../models/study/study-options.ts';
import { createProgressTeller, progressWords, secondsLeft } from '../../../models/study/study-progress.ts';

function optionsOf(...argv: string[]): StudyOptions {
  const parsed = parseStudyOptions(argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('options', () => {
  test('have sensible defaults', () => {
    expect(optionsOf('--data', 'deam')).toEqual({
      tested: { kind: 'folder', path: 'deam' },
      protocols: ['real', 'repeated', 'seed', 'simulated'],
      fewestRatings: 100,
      learner: 'gpForest',
      out: 'study-results',
      seed: 1,
      workers: 2,
      quick: false,
      json: false,
    });
  });

  test('a quick look runs real people alone and keeps nothing unless told where', () => {
    expect(optionsOf('--data', 'deam', '--quick', '--json')).toMatchObject({
      protocols: ['real'],
      out: undefined,
      quick: true,
      json: true,
    });
    expect(optionsOf('--data', 'deam', '--quick', '--out', 'kept').out).toBe('kept');
  });

  test.each([
    [['--data', 'r.csv,f.csv'], { tested: { kind: 'files', ratings: 'r.csv', features: 'f.csv' } }],
    [['--data', ' r.csv , f.csv '], { tested: { kind: 'files', ratings: 'r.csv', features: 'f.csv' } }],
    [['--ratings', 'r', '--features', 'f'], { tested: { kind: 'files', ratings: 'r', features: 'f' } }],
    [
      ['--train-on', 'deam', '--test-on', 'r.csv,f.csv'],
      {
        training: { kind: 'folder', path: 'deam' },
        tested: { kind: 'files', ratings: 'r.csv', features: 'f.csv' },
        protocols: ['real'],
      },
    ],
    [['--data', 'd', '--songs', '2-1000'], { songs: { first: 2, last: 1000 } }],
    [['--data', 'd', '--protocol', 'seed'], { protocols: ['seed'] }],
    [
      ['--data', 'd', '--learner', 'ridge', '--seed', '7', '--workers', '1'],
      { learner: 'ridge', seed: 7, workers: 1 },
    ],
    [['--data', 'd', '--scale=-1..1'], { scale: { lowest: -1, highest: 1 } }],
  ])('%j', (argv, expected) => {
    expect(optionsOf(...argv)).toMatchObject(expected);
  });

  test.each([
    [[], /--data DIR/],
    [['--data', ''], /neither a folder nor/],
    [['--data', 'a,b,c'], /neither a folder nor/],
    [['--data', 'a,'], /neither a folder nor/],
    [['--data', 'd', '--ratings', 'r'], /one way/],
    [['--data', 'd', '--train-on', 'a', '--test-on', 'b'], /one way/],
    [['--ratings', 'r'], /go together/],
    [['--train-on', 'a'], /go together/],
    [['--train-on', 'a', '--test-on', 'b', '--protocol', 'seed'], /protocol real, not seed/],
    [['--data', 'd', '--protocol', 'imaginary'], /no protocol "imaginary"/],
    [['--data', 'd', '--quick', '--protocol', 'seed'], /real alone/],
    [['--data', 'd', '--songs', 'all'], /2-1000/],
    [['--data', 'd', '--songs', '9-2'], /2-1000/],
    [['--data', 'd', '--seed', '-1'], /--seed needs a value/],
    [['--data', 'd', '--seed=-1'], /whole number/],
    [['--data'], /argument missing/],
    [['--data', 'd', '--seed', '1.5'], /whole number/],
    [['--data', 'd', '--workers', '0'], /whole number from 1/],
    [['--data', 'd', '--fewest-ratings', 'many'], /whole number/],
    [['--data', 'd', '--scale', 'big'], /1\.\.9/],
    [['--data', 'd', '--learner', 'oracle'], /no learner "oracle": use gpForest/],
    [['--data', 'd', '--out', ' '], /name a folder/],
    [['--data', 'd', '--loud'], /Unknown option '--loud'.*--help/],
    [['deam'], /Unexpected argument 'deam'/],
  ])('%j is refused in one sentence', (argv, reason) => {
    const parsed = parseStudyOptions(argv);
    expect(parsed).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
    expect((parsed as { reason: string }).reason.trim().split('\n')).toHaveLength(1);
  });

  test('help is asked for whatever else is said, and names every option', () => {
    expect(parseStudyOptions(['--help']).kind).toBe('help');
    expect(parseStudyOptions(['-h', '--data', 'd']).kind).toBe('help');
    for (const option of ['data', 'ratings', 'train-on', 'songs', 'learner', 'out', 'quick', 'json']) {
      expect(STUDY_HELP).toContain(`--${option}`);
    }
  });
});

describe('progress', () => {
  const progress: StudyProgress = {
    protocol: 'realPeople',
    done: 10,
    tasks: 40,
    stored: 0,
    guessedDone: 20,
    guessedLeft: 60,
  };

  test('the first estimate is the guess, shared by the workers', () => {
    expect(secondsLeft({ guessedDone: 0, guessedLeft: 60 }, 0, 2)).toBe(30);
  });

  test('a guess that was too low is corrected, more the more is done', () => {
    // 20 guessed seconds took 40 on each of two threads: four times as long as guessed.
    const early = secondsLeft(progress, 40_000, 2);
    const late = secondsLeft({ guessedDone: 2000, guessedLeft: 60 }, 4_000_000, 2);
    expect(early).toBeGreaterThan(60);
    expect(early).toBeLessThan(late);
    expect(late).toBeCloseTo(120, 0);
  });

  test.each([
    [progress, /^10 of 40 pieces done, about \d+ s left$/],
    [{ ...progress, guessedLeft: 6000 }, /about 30|min left$/],
    [{ ...progress, stored: 4 }, /10 of 40 pieces done \(4 from an earlier run\)/],
    [{ ...progress, done: 40, guessedLeft: 0 }, /^all 40 pieces done$/],
  ])('%j is told in words', (given, words) => {
    expect(progressWords(given, 5000, 2)).toMatch(words);
  });

  test('a terminal sees one line redrawn, a log a line now and then and the last', () => {
    let nowMs = 0;
    const written = (isTTY: boolean): string[] => {
      const texts: string[] = [];
      const stream = { isTTY, write: (text: string) => texts.push(text) };
      const teller = createProgressTeller(stream, 2, () => nowMs);
      for (let done = 0; done <= 40; done++) {
        nowMs += 1000;
        teller.tell({ ...progress, done });
      }
      teller.end();
      return texts;
    };
    expect(
      written(true)
        .slice(0, -1)
        .every((text) => text.startsWith('\r') && !text.endsWith('\n')),
    ).toBe(true);
    expect(written(true).at(-1)).toBe('\n');
    const log = written(false);
    expect(log).toHaveLength(5);
    expect(log.at(-1)).toBe('all 40 pieces done\n');
  });
});
