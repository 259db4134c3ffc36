import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';

// Its types describe a module it is not.
const canonicalize = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string | undefined;

/** Strings of every kind: ASCII, all of Unicode, and units that are no characters (lone surrogates). */
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toJSON',
    '\u20ac',
    '\ud83d\ude02',
    '\ufb33',
    '\u0080',
    '1',
    '10',
    '2',
  ),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 0, 1e21, 1e-7, 1e300, 5e-324, 2 ** 53 + 2, 0.1 + 0.2, 333_333_333.333_333_3),
);
const { value: json } = fc.letrec<{ value: unknown; list: unknown[]; object: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 5 }),
  // As JSON.parse makes them: `__proto__` is a key like any other.
  object: fc
    .array(fc.tuple(text, tie('value')), { maxLength: 5 })
    .map((members) =>
      JSON.parse(`{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)}}`),
    ),
}));

test('every JSON value is written as the package "canonicalize" 2.1 (RFC 8785) writes it', () => {
  fc.assert(
    fc.property(json, (value) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(parsed)).toBe(canonicalize(parsed));
    }),
    { numRuns: 1000 },
  );
});

test('is the same for the same members in any order, and reads back as the same value', () => {
  fc.assert(
    fc.property(json, fc.integer(), (value, seed) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value));
      const text = canonicalJson(parsed);
      expect(canonicalJson(shuffled(parsed, seed))).toBe(text);
      expect(JSON.parse(text)).toEqual(parsed);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test.each<[string, unknown, string]>([
  // RFC 8785, section 3.2.2, without the control characters that JSON.parse would refuse raw.
  [
    'the numbers and words of the RFC',
    {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      literals: [null, true, false],
    },
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
  ],
  // RFC 8785, section 3.2.3.
  [
    'keys in the order of their UTF-16 code units',
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
  ],
  ['minus zero as zero', [-0], '[0]'],
  ['a lone surrogate as its escape', '\ud800', '"\\ud800"'],
  ['members that are undefined not at all', { a: undefined, b: 1 }, '{"b":1}'],
])('writes %s', (_what, value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
});

/** The same value with the members of every object in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, seed));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value);
  const turn = Math.abs(seed) % Math.max(1, members.length);
  const turned = [...members.slice(turn), ...members.slice(0, turn)].reverse();
  const text = turned.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(shuffled(each, seed))}`);
  return JSON.parse(`{${text.join(',')}}`);
}
