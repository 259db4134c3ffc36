import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReceivedSettings } from '../../../device/core/received-settings.ts';
import { remoteSettingsSchema } from '../../../sync-server/protocol/downlink.ts';

describe('settings from the server', () => {
  test('are taken where they are known and in range', () => {
    const values = { novelty: 0.5, holdToStopMs: 800, fadeInMs: 20, fadeOutMs: 380 };
    expect(parseReceivedSettings(values)).toEqual({ known: values, unknown: [] });
  });

  test.each<[string, Record<string, unknown>, object, string[]]>([
    ['none', {}, {}, []],
    ['one of a later version', { novelty: 1, quietHours: '19-7' }, { novelty: 1 }, ['quietHours']],
    ['one out of range', { novelty: 2, fadeInMs: 100 }, { fadeInMs: 100 }, ['novelty']],
    ['one of another type', { novelty: '0.5', fadeOutMs: 300 }, { fadeOutMs: 300 }, ['novelty']],
    ['a fraction of a millisecond', { fadeInMs: 20.5 }, {}, ['fadeInMs']],
    ['null', { holdToStopMs: null }, {}, ['holdToStopMs']],
    [
      'names every object has',
      { toString: 1, constructor: 2, novelty: 0 },
      { novelty: 0 },
      ['constructor', 'toString'],
    ],
  ])('%s: the others are taken, and it is named', (_, values, known, unknown) => {
    expect(parseReceivedSettings(values)).toEqual({ known, unknown });
  });

  test('whatever they are, every one is either taken in range or named', () => {
    const names = fc.oneof(
      fc.constantFrom('novelty', 'holdToStopMs', 'fadeInMs', 'fadeOutMs', '__proto__'),
      fc.string({ maxLength: 64 }),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue(), { maxKeys: 8 }), (values) => {
        const { known, unknown } = parseReceivedSettings(values);
        expect(remoteSettingsSchema.safeParse(known).success).toBe(true);
        expect([...Object.keys(known), ...unknown].sort()).toEqual(Object.keys(values).sort());
      }),
    );
  });

  test('at most as many are named as a journal event holds', () => {
    const values = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`later${i}`, i]));
    expect(parseReceivedSettings(values).unknown).toHaveLength(50);
  });
});
