/** What two looks agree on counts: growing files wait, finished ones do not, and nothing is missed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSettledFiles } from '../../../device/music/settled-files.ts';

const look = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files));

describe('a folder', () => {
  test('that stays as it is has settled and not changed', () => {
    const files = createSettledFiles(look({ a: '1' }));
    expect(files.look(look({ a: '1' }))).toEqual({ hasChanged: false, unsettled: new Set() });
  });

  test('with a new file changes once the file is seen the same twice', () => {
    const files = createSettledFiles(look({}));
    expect(files.look(look({ a: '1' }))).toEqual({ hasChanged: false, unsettled: new Set(['a']) });
    expect(files.look(look({ a: '2' }))).toEqual({ hasChanged: false, unsettled: new Set(['a']) });
    expect(files.look(look({ a: '2' }))).toEqual({ hasChanged: true, unsettled: new Set() });
    expect(files.look(look({ a: '2' }))).toEqual({ hasChanged: false, unsettled: new Set() });
  });

  test('does not let a finished song wait for one that still grows', () => {
    const files = createSettledFiles(look({}));
    files.look(look({ done: '1', growing: '1' }));
    expect(files.look(look({ done: '1', growing: '2' }))).toEqual({
      hasChanged: true,
      unsettled: new Set(['growing']),
    });
  });

  test('with a renamed file changes once, not twice', () => {
    const files = createSettledFiles(look({ old: '1' }));
    expect(files.look(look({ fresh: '1' })).hasChanged).toBe(false);
    expect(files.look(look({ fresh: '1' })).hasChanged).toBe(true);
    expect(files.look(look({ fresh: '1' })).hasChanged).toBe(false);
  });

  test('whose stick was out for a moment has not changed', () => {
    const files = createSettledFiles(look({ a: '1', b: '1' }));
    expect(files.look(look({})).hasChanged).toBe(false);
    expect(files.look(look({ a: '1', b: '1' })).hasChanged).toBe(false);
    expect(files.look(look({ a: '1', b: '1' }))).toEqual({ hasChanged: false, unsettled: new Set() });
  });
});

test('whoever reads all but the unsettled when told ends up with what is there, whatever happened before', () => {
  const folder = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.array(folder, { minLength: 1, maxLength: 10 }), (looks) => {
      const files = createSettledFiles(look(looks[0]!));
      let known = look(looks[0]!);
      const last = looks.at(-1)!;
      for (const each of [...looks, last]) {
        const { hasChanged, unsettled } = files.look(look(each));
        if (!hasChanged) continue;
        known = new Map([...look(each)].filter(([path]) => !unsettled.has(path)));
      }
      expect(known).toEqual(look(last));
    }),
    { numRuns: 500 },
  );
});
