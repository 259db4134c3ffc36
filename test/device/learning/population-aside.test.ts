/** The population model in its own process: there while it is asked, gone after, and no harm to the box when it fails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openAside } from '../../../device/learning/model-opening.ts';
import { OPEN_HERE } from '../../../device/learning/open-here.ts';
import { openPopulationAside, type PopulationProcess } from '../../../device/learning/population-aside.ts';
import type { PopulationAnswer, PopulationRequest } from '../../../device/learning/population-messages.ts';
import { bundleOf, songsOfThatWorld, trainSmallModel } from '../../support/model-bundles.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OPINION = { probabilities: [0.1, 0.2, 0.3, 0.4], valenceArousal: [0, 0] } as const;
const OPENED: PopulationAnswer = { kind: 'opened', id: 'p', featureVersion: 'f', prior: undefined };

/** Processes that answer as they are told, and what was asked of each. */
function createFakeProcesses(
  answerTo: (request: PopulationRequest, life: number) => PopulationAnswer | 'die' | 'hang',
) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const lives: { readonly asked: string[]; isEnded: boolean }[] = [];
  const start = (): PopulationProcess => {
    const listeners = new Map<string, (value: never) => void>();
    const life = { asked: [] as string[], isEnded: false };
    lives.push(life);
    return {
      on: (event: string, listener: (value: never) => void) => void listeners.set(event, listener),
      postMessage(message) {
        const request = message as PopulationRequest;
        life.asked.push(request.kind);
        const answer = answerTo(request, lives.length);
        if (answer === 'hang') return;
        queueMicrotask(() => {
          if (answer !== 'die') return listeners.get('message')?.(answer as never);
          life.isEnded = true;
          listeners.get('exit')?.({ how: 'ended (SIGABRT)', isFromOutside: false } as never);
        });
      },
      async terminate() {
        life.isEnded = true;
      },
    };
  };
  return { start, lives };
}

const willing = (request: PopulationRequest): PopulationAnswer =>
  request.kind === 'open' ? OPENED : { kind: 'opinions', opinions: request.rows.map(() => OPINION) };

async function openFake(start: () => PopulationProcess) {
  const opened = await openPopulationAside(null, start);
  if (opened.kind !== 'opened') throw new Error(opened.reason);
  return opened.population;
}

describe('its process', () => {
  test('ends when it was asked nothing for a while, and another takes the next question', async () => {
    const { start, lives } = createFakeProcesses(willing);
    const population = await openFake(start);
    expect(await population.predict([[1], [2]])).toEqual([OPINION, OPINION]);
    vi.advanceTimersByTime(4999);
    expect(lives.map(({ isEnded }) => isEnded)).toEqual([false]);
    vi.advanceTimersByTime(1);
    expect(lives.map(({ isEnded }) => isEnded)).toEqual([true]);
    await population.predict([[1]]);
    expect(lives.map(({ asked }) => asked)).toEqual([
      ['open', 'predict'],
      ['open', 'predict'],
    ]);
  });

  test('that dies over a song fails on that one only', async () => {
    const { start } = createFakeProcesses((request, life) =>
      life === 1 && request.kind === 'predict' ? 'die' : willing(request),
    );
    const population = await openFake(start);
    await expect(population.predict([[1]])).rejects.toThrow('its process ended (SIGABRT)');
    expect(await population.predict([[1]])).toEqual([OPINION]);
  });

  test('that hangs is ended, and what it was asked fails', async () => {
    const { start, lives } = createFakeProcesses((request) =>
      request.kind === 'predict' ? 'hang' : willing(request),
    );
    const population = await openFake(start);
    const refused = expect(population.predict([[1]])).rejects.toThrow('no answer for 60 seconds');
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
    expect(lives[0]!.isEnded).toBe(true);
  });

  test('that cannot open a model says why, in words', async () => {
    const { start } = createFakeProcesses(() => 'die');
    expect(await openPopulationAside(null, start)).toEqual({
      kind: 'unavailable',
      reason: 'asking the population model failed: its process ended (SIGABRT)',
      hint: expect.any(String),
    });
  });
});

describe('a real process', { timeout: 60_000 }, () => {
  test('says of songs, to the bit, what the model says here', async () => {
    const bundle = bundleOf(trainSmallModel());
    const path = join(temporaryFolder(), 'model');
    writeFileSync(path, bundle);
    const [aside, here] = await Promise.all(
      [openAside(), OPEN_HERE].map(({ openReceived }) => openReceived(bundle, path)),
    );
    if (aside?.kind !== 'opened' || here?.kind !== 'opened') throw new Error('not opened');
    expect(aside.population.id).toBe(here.population.id);
    expect(aside.prior).toEqual(here.prior);
    const rows = songsOfThatWorld(3).map(({ features }) => features);
    expect(await aside.population.predict(rows)).toEqual(await here.population.predict(rows));
  });

  test('refuses a file that is no model', async () => {
    const path = join(temporaryFolder(), 'model');
    writeFileSync(path, 'no model');
    expect(await openAside().openReceived(new Uint8Array(), path)).toEqual({
      kind: 'unusable',
      reason: 'it is not a population model of this kind',
    });
  });
});
