import { describe, expect, test } from 'vitest';
import { createChildLearner } from '../../../../device/learning/child-learner.ts';
import type { ForestTraining } from '../../../../device/learning/forest-thread.ts';
import { WORST_EXCESS_NATS } from '../../../../models/child/evidence-gate.ts';
import { handMadePrior } from '../../../../models/child/prior.ts';
import type { BoxRecord } from '../../../../provisioning/cli/model/box-record.ts';
import { type Replay, replayRecord } from '../../../../provisioning/cli/model/replay.ts';
import { replayLines } from '../../../../provisioning/cli/model/replay-words.ts';
import { boxRecord, pressesOfChild, QUIET, storedSong, testOpinions } from './child-record.ts';

const PRESSES = pressesOfChild(43, 12, { sad: 'calm' });

/** Enough songs for a first forest, which is wanted after press 25 and due after press 33. */
const WITH_FOREST = boxRecord(30, pressesOfChild(40, 30, { sad: 'calm' }));

/** The record of a box that learnt the first `savedAfter` of these presses as it does, and saved its model. */
async function lived(
  savedAfter: number,
  record: BoxRecord = boxRecord(12, PRESSES),
  forests?: ForestTraining,
): Promise<BoxRecord> {
  let stored: BoxRecord['stored'];
  const learner = await createChildLearner({
    opinions: testOpinions(),
    prior: handMadePrior(),
    store: {
      loadModel: async () => undefined,
      saveModel: async (_, model) => {
        stored = model;
      },
      selectionsAfter: async () => record.selections.slice(0, savedAfter),
    },
    songs: record.songs,
    onFault: (reason) => {
      throw new Error(reason);
    },
    ...(forests !== undefined && { forests }),
  });
  while (learner.model().gate.presses < savedAfter) await new Promise((resolve) => setImmediate(resolve));
  if (forests === undefined) await learner.caughtUp();
  await learner.close();
  return { ...record, stored };
}

async function replayOf(record: BoxRecord): Promise<Replay> {
  return (await replayRecord(record, testOpinions(), handMadePrior(), QUIET))!;
}

function withState(record: BoxRecord, change: (state: string) => string): BoxRecord {
  return { ...record, stored: { ...record.stored!, state: change(record.stored!.state) } };
}

describe('the stored model', () => {
  test.each([43, 20])('after %i of 43 presses equals the rebuilt one to the bit', async (savedAfter) => {
    expect((await replayOf(await lived(savedAfter))).state).toEqual({
      kind: 'equal',
      afterPresses: savedAfter,
    });
  });

  test('with a forest in force equals the rebuilt one, whose forest was trained here', async () => {
    const record = await lived(40, WITH_FOREST);
    expect(record.stored!.state).toContain('"roots":[0,');
    expect((await replayOf(record)).state).toEqual({ kind: 'equal', afterPresses: 40 });
  });

  test('saved while its forest was still being trained equals the rebuilt one', async () => {
    const stillTraining: ForestTraining = { train: () => new Promise(() => {}), close: () => {} };
    const record = await lived(33, WITH_FOREST, stillTraining);
    expect(record.stored!.state).toContain('"forest":null');
    expect((await replayOf(record)).state).toEqual({ kind: 'equal', afterPresses: 33 });
  });

  test('of a box that could not train its forest differs in the forest', async () => {
    const failing: ForestTraining = { train: async () => undefined, close: () => {} };
    const { state } = await replayOf(await lived(33, WITH_FOREST, failing));
    expect(state).toMatchObject({ kind: 'differs', differences: [{ member: 'forest' }] });
  });

  test('that learnt another press than the journal holds differs, and it is told where', async () => {
    const record = await lived(43);
    const selections = record.selections.map((selection, at) =>
      at === 5 ? { ...selection, emotion: 'angry' as const } : selection,
    );
    const { state } = await replayOf({ ...record, selections });
    expect(state).toMatchObject({ kind: 'differs', afterPresses: 43 });
    const members = state.kind === 'differs' ? state.differences.map(({ member }) => member) : [];
    expect(members).toEqual(expect.arrayContaining(['logEvidence', 'counts', 'taste', 'songMemory']));
    expect(members).not.toContain('songIds');
  });

  test('that learnt a song which was forgotten since differs in its songs', async () => {
    const record = await lived(43);
    const { state, forgottenPresses } = await replayOf({
      ...record,
      songs: record.songs.filter(({ songId }) => songId !== storedSong(3).songId),
    });
    expect(forgottenPresses).toBeGreaterThan(0);
    const members = state.kind === 'differs' ? state.differences.map(({ member }) => member) : [];
    expect(members).toEqual(expect.arrayContaining(['songIds', 'presses']));
  });

  test.each<[string, (record: BoxRecord) => BoxRecord, Replay['state']['kind']]>([
    ['none', (record) => ({ ...record, stored: undefined }), 'none'],
    ['one that is not JSON', (record) => withState(record, () => '{'), 'damaged'],
    [
      'one with a changed digit',
      (record) => withState(record, (s) => s.replace('"presses":43', '"presses":44')),
      'damaged',
    ],
    [
      'one of another version',
      (record) => withState(record, (s) => s.replace(/"version":\d+/, '"version":0')),
      'incomparable',
    ],
  ])('%s is told as such', async (_, change, kind) => {
    expect((await replayOf(change(await lived(43)))).state.kind).toBe(kind);
  });
});

describe('how well the presses were foretold', () => {
  test('the quarters are all presses, each once, and add up to the whole', async () => {
    const { quarters, whole } = await replayOf(boxRecord(12, PRESSES));
    expect(quarters.map(({ from, to }) => [from, to])).toEqual([
      [1, 10],
      [11, 21],
      [22, 32],
      [33, 43],
    ]);
    for (const who of ['population', 'child'] as const) {
      const sum = (of: 'tests' | 'correct' | 'logLoss'): number =>
        quarters.reduce((total, quarter) => total + quarter[who][of], 0);
      expect(sum('tests')).toBe(43);
      expect(sum('correct')).toBe(whole[who].correct);
      expect(sum('logLoss')).toBeCloseTo(whole[who].logLoss, 9);
    }
  });

  test('a child who hears otherwise is foretold better and better than by most people’s ears', async () => {
    const { quarters, whole } = await replayOf(boxRecord(12, PRESSES));
    expect(whole.child.logLoss).toBeLessThan(whole.population.logLoss);
    expect(quarters[3]!.child.correct).toBeGreaterThan(quarters[3]!.population.correct);
    expect(quarters[3]!.child.logLoss).toBeLessThan(quarters[0]!.child.logLoss);
  });

  test('a child who presses anything is foretold worse by no more than the bound', async () => {
    const anything = PRESSES.map(
      ([song], at) => [song, (['angry', 'sad', 'calm', 'happy'] as const)[at % 4]!] as const,
    );
    const { whole } = await replayOf(boxRecord(12, anything));
    expect(whole.child.logLoss).toBeLessThanOrEqual(whole.population.logLoss + WORST_EXCESS_NATS);
  });

  test('few presses have no quarters, none have no figures', async () => {
    expect((await replayOf(boxRecord(12, PRESSES.slice(0, 19)))).quarters).toEqual([]);
    const nothing = await replayOf(boxRecord(12, []));
    expect(replayLines('device.sqlite', nothing).join('\n')).toMatch(
      /0 presses.*\n\nThe box has not stored a model/,
    );
    expect(replayLines('device.sqlite', nothing).join('\n')).not.toMatch(/NaN/);
  });
});

test('what is said fits 80 cells and names the verdict', async () => {
  const lines = replayLines('device.sqlite', await replayOf(await lived(20)));
  expect(lines.join('\n')).toMatch(/\(of the first 20 presses\) equals the rebuilt one to the bit\./);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('Ctrl-C ends it between two slices', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const terminal = {
    signal: stop.signal,
    progress: (text: string) => {
      seen.push(text);
      stop.abort();
    },
  };
  const replay = await replayRecord(boxRecord(12, PRESSES), testOpinions(), handMadePrior(), terminal);
  expect(replay).toBeUndefined();
  expect(seen).toEqual([expect.stringMatching(/10\/43 presses$/)]);
});
