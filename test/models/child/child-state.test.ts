import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  learn,
  rebuild,
  DEFAULT_CHILD_MODEL_SETTINGS as SETTINGS,
} from '../../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../../models/child/child-state.ts';
import { handMadePrior } from '../../../models/child/prior.ts';
import { anyPresses, seededPresses, seededRandom, seededSongs } from './child-fixtures.ts';

const prior = handMadePrior();
const presses = seededPresses(seededSongs(12, seededRandom(1)), 40, seededRandom(2));
const storedText = JSON.stringify(serialiseChildModel(rebuild(prior, presses), 'population-1'));
const stored = () => JSON.parse(storedText);
const parse = (state: unknown) => parseChildModel(state, prior, SETTINGS, 'population-1');

describe('the stored child’s model', () => {
  test('is read back to the bit, and learns on as if it had never been away', () => {
    fc.assert(
      fc.property(anyPresses(20), (some) => {
        const model = rebuild(prior, some);
        const read = parse(JSON.parse(JSON.stringify(serialiseChildModel(model, 'population-1'))));
        expect(read).toEqual({ kind: 'parsed', model });
        if (read.kind !== 'parsed') return;
        expect(learn(read.model, presses[0]!)).toEqual(learn(model, presses[0]!));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['nothing', () => null, 'notAState'],
    ['text', () => 'model', 'notAState'],
    ['a list', () => [], 'notAState'],
    ['another program’s file', () => ({ format: 'other', version: 1 }), 'notAState'],
    ['a later version', () => ({ ...stored(), version: 2 }), 'otherVersion'],
    [
      'a version that cannot be made text',
      () => ({ ...stored(), version: [{ toString: 0 }] }),
      'otherVersion',
    ],
    ['a half-written state', () => ({ format: stored().format, version: 1, make: stored().make }), 'damaged'],
    ['a fit of the wrong length', () => ({ ...stored(), fits: [{ weights: [1], offsets: [] }] }), 'damaged'],
    ['a missing fit', () => ({ ...stored(), fits: [] }), 'damaged'],
    ['a fit that is null', () => ({ ...stored(), fits: [null, null] }), 'damaged'],
    ['a number gone null', () => ({ ...stored(), logEvidence: [null, 0] }), 'damaged'],
    ['a doubled song', () => ({ ...stored(), songIds: stored().songIds.map(() => 'same') }), 'damaged'],
    ['counts without their presses', () => ({ ...stored(), presses: 41 }), 'damaged'],
    ['a changed digit', () => ({ ...stored(), logEvidence: [0.5, 0.5] }), 'damaged'],
    ['no checksum', () => ({ ...stored(), checksum: undefined }), 'damaged'],
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
      parseChildModel(stored(), prior, SETTINGS, 'population-2'),
    ];
    for (const reading of readings) expect(reading).toMatchObject({ kind: 'refused', reason: 'otherMake' });
  });

  test('any JSON at all is read or refused, never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(stored())), (value, key) => {
        expect(parse(value).kind).toBe('refused');
        expect(['parsed', 'refused']).toContain(parse({ ...stored(), [key]: value }).kind);
      }),
    );
  });
});
