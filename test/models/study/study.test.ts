/** The program itself, as built, on listener data of a moment's size. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ListeningData } from '../../../models/population/listening-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { listenerFiles } from './listener-files.ts';
import { simulatedListeners } from './simulated-listeners.ts';

const STUDY = resolve('dist/models/study/study.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

interface Circumstances {
  readonly cwd?: string;
  readonly whileRunning?: (interrupt: () => void) => Promise<void>;
}

async function study(argv: readonly string[], { cwd, whileRunning }: Circumstances = {}): Promise<Ended> {
  const child = spawn(process.execPath, [STUDY, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const ended = once(child, 'close');
  await whileRunning?.(() => child.kill('SIGINT'));
  const [code] = (await ended) as [number | null];
  return { code, out, error };
}

/** Two people with 40 ratings, to be tested; others with 25, to learn from. */
function fewPeople(): ListeningData {
  const all = simulatedListeners({ songs: 60, raters: 8, ratings: 40 });
  const left = new Map<string, number>();
  const ratings = all.ratings.filter(({ rater }) => {
    const made = left.get(rater) ?? 0;
    left.set(rater, made + 1);
    return rater === 'rater-1' || rater === 'rater-2' || made < 25;
  });
  return { ...all, ratings };
}

/** Several runs of the program one after the other, each of some seconds where the machine is busy. */
const LONG_MS = 90_000;

const FAST = ['--fewest-ratings', '40', '--learner', 'ridge'];

describe('npm run study', () => {
  test('--quick --json ends with the learning curve on one line, and keeps nothing', async () => {
    const folder = temporaryFolder();
    listenerFiles(folder, fewPeople());
    const { code, out, error } = await study(['--data', '.', ...FAST, '--quick', '--json'], { cwd: folder });
    expect(error).toContain('all 10 pieces done');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(1);
    const { curve } = JSON.parse(out) as { curve: Record<string, number>[] };
    expect(curve.map(({ n }) => n)).toEqual([0, 5, 10, 25]);
    expect(curve[0]).toMatchObject({ n: 0, raters: 2, gain: 0, trimmedGain: 0, logLossChange: 0, worse: 0 });
    expect(Object.keys(curve[1]!)).toEqual([
      'n',
      'raters',
      'population',
      'ours',
      'gain',
      'trimmedGain',
      'logLossChange',
      'worse',
    ]);
    expect(readdirSync(folder).sort()).toEqual(['features.csv', 'ratings.csv']);
  });

  test(
    'stopped by Ctrl-C goes on where it was, to the same results as if it never had been',
    async () => {
      const folder = temporaryFolder();
      listenerFiles(folder, fewPeople());
      const [stoppedOut, wholeOut] = [join(folder, 'stopped'), join(folder, 'whole')];
      const argv = ['--data', folder, ...FAST, '--protocol', 'real'];
      const pieces = join(stoppedOut, 'pieces');
      const whileRunning = async (interrupt: () => void): Promise<void> => {
        await until('the first finished piece', () =>
          existsSync(pieces) ? readdirSync(pieces).find((name) => name.endsWith('.json')) : undefined,
        );
        interrupt();
      };
      const stopped = await study([...argv, '--out', stoppedOut], { whileRunning });
      expect(stopped.code).toBe(130);
      expect(stopped.error).toContain(`What is finished is kept in ${stoppedOut}`);
      expect(existsSync(join(stoppedOut, 'report.html'))).toBe(false);

      const resumed = await study([...argv, '--out', stoppedOut]);
      expect(resumed.error).toMatch(/\(\d+ from an earlier run\)/);
      const whole = await study([...argv, '--out', wholeOut, '--workers', '1']);
      expect(whole.error).not.toContain('earlier run');
      expect([resumed.code, whole.code]).toEqual([0, 0]);
      expect(resumed.out).toBe(whole.out);
      for (const file of ['real-people.csv', 'report.html']) {
        expect(readFileSync(join(stoppedOut, file), 'utf8')).toBe(readFileSync(join(wholeOut, file), 'utf8'));
      }
      expect(readFileSync(join(wholeOut, 'real-people.csv'), 'utf8').split('\r\n')[0]).toBe(
        'protocol,method,presses,person,tests,accuracy,logLoss,brier',
      );
    },
    LONG_MS,
  );

  test('trains on one set of people and tests on another', async () => {
    const [trainOn, testOn] = [temporaryFolder(), temporaryFolder()];
    listenerFiles(trainOn, fewPeople());
    const others = simulatedListeners({ songs: 50, raters: 2, ratings: 40, seed: 9 });
    listenerFiles(testOn, {
      ...others,
      ratings: others.ratings.map((rating) => ({ ...rating, rater: `other ${rating.rater}` })),
    });
    const files = `${join(testOn, 'ratings.csv')},${join(testOn, 'features.csv')}`;
    const argv = ['--train-on', trainOn, '--test-on', files, ...FAST, '--quick', '--json'];
    const { code, out, error } = await study(argv);
    expect(error).toContain('4 feature columns in common');
    expect(code).toBe(0);
    const { curve } = JSON.parse(out) as { curve: { n: number; raters: number }[] };
    expect(curve.map(({ n, raters }) => [n, raters])).toEqual([
      [0, 2],
      [5, 2],
      [10, 2],
      [25, 2],
    ]);
  });

  test('says so where results cannot be kept', async () => {
    const folder = temporaryFolder();
    const { ratings } = listenerFiles(folder, fewPeople());
    const { code, error } = await study(['--data', folder, ...FAST, '--quick', '--out', ratings]);
    expect(code).toBe(1);
    expect(error).toContain(`Results cannot be kept in ${ratings}`);
    expect(error).not.toContain('    at ');
  });

  test.each([
    [['--help'], 0, 'out', /Usage: npm run study/],
    [['--loud'], 2, 'error', /Unknown option/],
    [['--data', 'no-such-folder'], 1, 'error', /There is no folder no-such-folder/],
  ] as const)('%j exits with %d and says so', async (argv, code, stream, words) => {
    const ended = await study(argv);
    expect(ended.code).toBe(code);
    expect(ended[stream]).toMatch(words);
    expect(ended[stream === 'out' ? 'error' : 'out']).toBe('');
  });
});
