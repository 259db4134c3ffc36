import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChildModel,
  type ChildModelSettings,
  learn,
  DEFAULT_CHILD_MODEL_SETTINGS as SETTINGS,
} from '../../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../../models/child/child-state.ts';
import { FOREST_DELAY } from '../../../models/child/forest-expert.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { rebuild } from '../../../models/child/replay.ts';
import { trainForest } from '../../../models/forest/train-forest.ts';
import { anyPresses, featuredPresses, seededRandom } from './child-fixtures.ts';

const FOREST = SETTINGS.experts.indexOf('forest');
const prior = handMadePrior();
const presses = featuredPresses(60, 1);
const serialise = (model: ChildModel) => JSON.stringify(serialiseChildModel(model, 'population-1'));
const parse = (state: unknown, settings: ChildModelSettings = SETTINGS) =>
  parseChildModel(state, prior, settings, 'population-1');

/** With a forest of 25 songs in force and one of 50 in training. */
const midway = rebuild(prior, presses.slice(0, 50 + FOREST_DELAY / 2), SETTINGS, trainForest);
const storedText = serialise(midway);
const stored = () => JSON.parse(storedText);
/** The stored state with its forest expert, or the forest in it, changed. */
const withExpert = (change: object) => {
  const state = stored();
  Object.assign(state.experts[FOREST], change);
  return state;
};
const withTrees = (change: object) =>
  withExpert({ forest: { ...stored().experts[FOREST].forest, ...change } });

describe('the stored child’s model', () => {
  test('is read back to the bit, and learns on as if it had never been away', () => {
    fc.assert(
      fc.property(anyPresses(20), (some) => {
        const model = rebuild(prior, some);
        const read = parse(JSON.parse(serialise(model)));
        expect(read).toEqual({ kind: 'parsed', model });
        if (read.kind !== 'parsed') return;
        expect(learn(read.model, presses[0]!)).toEqual(learn(model, presses[0]!));
      }),
      { numRuns: 40 },
    );
  });

  test('keeps the forest in force and what the next one is trained on', () => {
    expect(parse(stored())).toEqual({ kind: 'parsed', model: midway });
    expect(stored().experts[FOREST]).toMatchObject({
      milestone: 50,
      pending: { takesEffectAt: 58 },
      forest: { songs: 25 },
    });
  });

  test('keeps what is left of faded presses, and the day', () => {
    const forgetting = { halfLifePresses: 20, halfLifeDays: 30 };
    const settings = { ...SETTINGS, forgetting };
    const model = rebuild(
      prior,
      presses.slice(0, 20).map((press, i) => ({ ...press, day: i / 2 })),
      settings,
    );
    expect(parse(JSON.parse(serialise(model)), settings)).toEqual({ kind: 'parsed', model });
  });

  test('holds the largest forest there can be, 25 full trees of depth 6, in 200 kB', () => {
    const random = seededRandom(1);
    const nodes = Array.from({ length: 25 * 127 }, (_, node) => node);
    const isLeaf = (node: number) => node % 127 >= 63;
    const forest = {
      songs: 500,
      inputCount: 64,
      roots: nodes.filter((node) => node % 127 === 0),
      column: nodes.map((node) => (isLeaf(node) ? -1 : 63)),
      threshold: nodes.map((node) => (isLeaf(node) ? 0 : random())),
      lower: nodes,
      upper: nodes.map((node) => (isLeaf(node) ? 0 : node)),
      // A leaf of a few rows: thirds have the longest decimals.
      shares: nodes.filter(isLeaf).flatMap(() => [1 / 3, 2 / 3, 0, 0]),
    };
    expect(JSON.stringify(forest).length).toBeLessThan(200_000);
    expect(Object.keys(forest).sort()).toEqual(Object.keys(stored().experts[FOREST].forest).sort());
  });

  test.each([
    ['nothing', () => null, 'notAState'],
    ['text', () => 'model', 'notAState'],
    ['a list', () => [], 'notAState'],
    ['another program’s file', () => ({ format: 'other', version: 2 }), 'notAState'],
    ['an earlier version', () => ({ ...stored(), version: 1 }), 'otherVersion'],
    ['a later version', () => ({ ...stored(), version: 3 }), 'otherVersion'],
    [
      'a version that cannot be made text',
      () => ({ ...stored(), version: [{ toString: 0 }] }),
      'otherVersion',
    ],
    ['a half-written state', () => ({ format: stored().format, version: 2, make: stored().make }), 'damaged'],
    [
      'experts of the wrong shape',
      () => ({ ...stored(), experts: [{ weights: [1], offsets: [] }] }),
      'damaged',
    ],
    ['without experts', () => ({ ...stored(), experts: [] }), 'damaged'],
    ['experts that are null', () => ({ ...stored(), experts: [null, null, null, null] }), 'damaged'],
    ['a number gone null', () => ({ ...stored(), logEvidence: [null, 0, 0, 0] }), 'damaged'],
    ['a day that is no number', () => ({ ...stored(), latestDay: 'Monday' }), 'damaged'],
    ['a doubled song', () => ({ ...stored(), songIds: stored().songIds.map(() => 'same') }), 'damaged'],
    ['counts without their presses', () => ({ ...stored(), presses: 41 }), 'damaged'],
    ['counts below 0', () => ({ ...stored(), counts: [-1, ...stored().counts.slice(1)] }), 'damaged'],
    ['a changed digit', () => ({ ...stored(), logEvidence: [0.5, 0.5, 0.5, 0.5] }), 'damaged'],
    ['no checksum', () => ({ ...stored(), checksum: undefined }), 'damaged'],
    ['a milestone of more songs than there are', () => withExpert({ milestone: 100 }), 'damaged'],
    ['a forest gone', () => withExpert({ forest: undefined }), 'damaged'],
    ['a pending forest gone', () => withExpert({ pending: 'soon' }), 'damaged'],
    ['a forest without trees', () => withTrees({ roots: [] }), 'damaged'],
    [
      'a tree that leads back to its root',
      () => withTrees({ lower: stored().experts[FOREST].forest.lower.map(() => 0) }),
      'damaged',
    ],
    ['a tree with a missing branch', () => withTrees({ threshold: [0] }), 'damaged'],
    ['a tree that asks for an input there is none of', () => withTrees({ inputCount: 1 }), 'damaged'],
    ['a leaf without shares', () => withTrees({ shares: [0, 0, 0, 0] }), 'damaged'],
  ])('is refused when it is %s', (_, make, reason) => {
    expect(parse(make())).toMatchObject({ kind: 'refused', reason });
  });

  test('is refused under another prior, other settings or another population', () => {
    const mean = prior.mean.slice();
    mean[0] = 0.1;
    const readings = [
      parseChildModel(stored(), { ...prior, mean }, SETTINGS, 'population-1'),
      parseChildModel(stored(), prior, { ...SETTINGS, songVariance: 1 }, 'population-1'),
      parseChildModel(stored(), prior, { ...SETTINGS, experts: ['taste'] }, 'population-1'),
      parseChildModel(stored(), prior, { ...SETTINGS, forgetting: { halfLifePresses: 100 } }, 'population-1'),
      parseChildModel(stored(), prior, SETTINGS, 'population-2'),
    ];
    for (const reading of readings) expect(reading).toMatchObject({ kind: 'refused', reason: 'otherMake' });
  });

  test('any JSON at all is read or refused, never an exception', () => {
    const { forest } = stored().experts[FOREST];
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...Object.keys(stored())),
        fc.constantFrom(...Object.keys(stored().experts[FOREST])),
        fc.constantFrom(...Object.keys(forest)),
        (value, key, expertKey, forestKey) => {
          expect(parse(value).kind).toBe('refused');
          expect(['parsed', 'refused']).toContain(parse({ ...stored(), [key]: value }).kind);
          expect(['parsed', 'refused']).toContain(parse(withExpert({ [expertKey]: value })).kind);
          expect(['parsed', 'refused']).toContain(parse(withTrees({ [forestKey]: value })).kind);
        },
      ),
    );
  });
});
