/** How tasks are shared out, stored and gone on with. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codeVersion } from '../../../models/study/code-version.ts';
import { createPieceStore, NO_STORE } from '../../../models/study/piece-store.ts';
import type { Task } from '../../../models/study/protocols/protocol.ts';
import { runStudy, type StudyProgress, type TaskRunner } from '../../../models/study/run-study.ts';
import { NO_TESTS, type PersonScore, withTest } from '../../../models/study/scores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const task = (ground: string, person: string): Task => ({ ground, person });
const rowOf = ({ ground, person }: Task): PersonScore => ({
  protocol: 'made up',
  method: ground,
  presses: 0,
  person,
  score: withTest(NO_TESTS, [0.4, 0.3, 0.2, 0.1], 2),
});
const protocol = (tasks: readonly Task[], settings: unknown = {}) => ({
  name: 'made up',
  tasks,
  settings,
  secondsATask: 1,
});
const TASKS = ['a', 'b', 'c'].flatMap((ground) => ['x', 'y', 'z'].map((person) => task(ground, person)));

/** Answers at once, and remembers what it was asked. */
function fakeRunner(failsAt = Number.POSITIVE_INFINITY): TaskRunner & { readonly asked: Task[] } {
  const asked: Task[] = [];
  return {
    asked,
    run(_protocol, asks) {
      if (asked.push(asks) > failsAt) return Promise.reject(new Error('out of memory'));
      return Promise.resolve([rowOf(asks)]);
    },
  };
}

describe('a study', () => {
  test('does every task once and gives the rows in the order of the tasks', async () => {
    const runners = [fakeRunner(), fakeRunner()];
    const rows = await runStudy({ protocols: [protocol(TASKS)], runners, store: NO_STORE, origin: 'o' });
    expect(rows).toEqual(TASKS.map(rowOf));
    expect(runners.flatMap(({ asked }) => asked)).toHaveLength(TASKS.length);
  });

  test('keeps a runner on its ground while there is work of it, and parts the last ground', async () => {
    const runners = [fakeRunner(), fakeRunner()];
    await runStudy({ protocols: [protocol(TASKS)], runners, store: NO_STORE, origin: 'o' });
    const [first, second] = runners.map(({ asked }) => asked.map(({ ground }) => ground));
    expect(first!.slice(0, 3)).toEqual(['a', 'a', 'a']);
    expect(second!.slice(0, 3)).toEqual(['b', 'b', 'b']);
    expect(first!.slice(3)).toContain('c');
    expect(second!.slice(3)).toContain('c');
  });

  test('tells how far it is, and ends at all done and nothing left', async () => {
    const told: StudyProgress[] = [];
    await runStudy({
      protocols: [protocol(TASKS)],
      runners: [fakeRunner()],
      store: NO_STORE,
      origin: 'o',
      onProgress: (progress) => told.push(progress),
    });
    expect(told[0]).toMatchObject({ done: 0, tasks: 9, guessedDone: 0, guessedLeft: 9, protocol: undefined });
    expect(told.at(-1)).toMatchObject({ done: 9, guessedDone: 9, guessedLeft: 0, protocol: 'made up' });
    expect(told.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('that failed goes on where it was', async () => {
    const store = createPieceStore(temporaryFolder());
    const study = { protocols: [protocol(TASKS)], store, origin: 'o' };
    await expect(runStudy({ ...study, runners: [fakeRunner(4)] })).rejects.toThrow('out of memory');
    const runner = fakeRunner();
    const told: StudyProgress[] = [];
    const rows = await runStudy({ ...study, runners: [runner], onProgress: (p) => told.push(p) });
    expect(rows).toEqual(TASKS.map(rowOf));
    expect(runner.asked).toEqual(TASKS.slice(4));
    expect(told[0]).toMatchObject({ done: 4, stored: 4, guessedLeft: 5 });
  });

  test.each([
    ['data or code', { origin: 'other' }],
    ['settings', { protocols: [protocol(TASKS, { seed: 2 })] }],
    ['name', { protocols: [{ ...protocol(TASKS), name: 'other' }] }],
  ])('takes no stored results of other %s', async (_what, change) => {
    const store = createPieceStore(temporaryFolder());
    const study = { protocols: [protocol(TASKS)], store, origin: 'o' };
    await runStudy({ ...study, runners: [fakeRunner()] });
    const [same, other] = [fakeRunner(), fakeRunner()];
    await runStudy({ ...study, runners: [same] });
    await runStudy({ ...study, ...change, runners: [other] });
    expect(same.asked).toHaveLength(0);
    expect(other.asked).toHaveLength(TASKS.length);
  });
});

describe('the store', () => {
  test.each([
    ['empty', () => ''],
    ['cut off', (whole: string) => whole.slice(0, whole.length / 2)],
    ['of another shape', () => '[{"protocol":"made up"}]'],
    ['with a number lost', (whole: string) => whole.replace('"tests":1', '"tests":null')],
  ])('does a task again whose file is %s', (_fault, damage) => {
    const folder = join(temporaryFolder(), 'new', 'pieces');
    const store = createPieceStore(folder);
    store.write({ a: 1 }, [rowOf(TASKS[0]!)]);
    expect(store.read({ a: 1 })).toEqual([rowOf(TASKS[0]!)]);
    const [name] = readdirSync(folder);
    const path = join(folder, name!);
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    expect(store.read({ a: 1 })).toBeUndefined();
  });

  test('leaves no half-written file behind', () => {
    const folder = temporaryFolder();
    createPieceStore(folder).write('task', [rowOf(TASKS[0]!)]);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(existsSync(join(folder, readdirSync(folder)[0]!))).toBe(true);
  });
});

describe('the version of code', () => {
  function written(files: Readonly<Record<string, string>>): URL {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return pathToFileURL(join(folder, 'entry.js'));
  }
  const FILES = {
    'entry.js': "import { a } from './deep/a.js';\nimport fs from 'node:fs';\n",
    'deep/a.js': "export { b } from '../b.js';\nexport const lazy = () => import('../entry.js');\n",
    'b.js': 'export const b = 1;\n',
    'stranger.js': 'export const c = 1;\n',
  };

  test('changes with any file that is imported, however far, and with no other', () => {
    const version = codeVersion(written(FILES));
    expect(codeVersion(written({ ...FILES, 'stranger.js': 'other' }))).toBe(version);
    expect(codeVersion(written({ ...FILES, 'b.js': 'export const b = 2;\n' }))).not.toBe(version);
    expect(codeVersion(written({ ...FILES, 'entry.js': `${FILES['entry.js']}//\n` }))).not.toBe(version);
  });

  test('knows the files of the study itself', () => {
    expect(codeVersion(new URL('../../../models/study/study-worker.ts', import.meta.url))).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });
});
