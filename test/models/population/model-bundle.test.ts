import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeModelBundle, parseModelBundle } from '../../../models/population/model-bundle.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const BUNDLE = { card: text('{"c":1}'), prior: text('{"p":[2]}'), population: new Uint8Array([3, 4, 5]) };
const BYTES = encodeModelBundle(BUNDLE);

/** The bundle with `header` as its second line. */
function withHeader(header: string): Uint8Array {
  return text(`amecs population model 1\n${header}\nabc`);
}

describe('a model as one file', () => {
  test('says what it is in a line that people can read', () => {
    expect(new TextDecoder().decode(BYTES.subarray(0, 66))).toBe(
      'amecs population model 1\n{"card":7,"prior":9,"population":3}\n{"c":',
    );
  });

  test('gives back the parts that went in, and the same bytes for the same parts, whatever they are', () => {
    const part = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(part, part, part, (card, prior, population) => {
        const bytes = encodeModelBundle({ card, prior, population });
        expect(encodeModelBundle({ population, prior, card })).toEqual(bytes);
        const parsed = parseModelBundle(bytes);
        if (parsed.kind !== 'parsed') throw new Error(parsed.reason);
        expect(parsed.bundle).toEqual({ card, prior, population });
      }),
    );
  });

  test.each([
    ['nothing', new Uint8Array(0), /not a population model/],
    ['another file', text('PK\u0003\u0004 something else'), /not a population model/],
    ['one of a later kind', text('amecs population model 2\n{}\n'), /not a population model/],
    ['a header without an end', text(`amecs population model 1\n${' '.repeat(500)}\n`), /header has no end/],
    ['a header that is no JSON', withHeader('{card:1}'), /does not say how long/],
    ['sizes that are none', withHeader('{"card":1,"prior":1,"population":-1}'), /does not say how long/],
    [
      'sizes past all counting',
      withHeader('{"card":1e99,"prior":1,"population":1}'),
      /does not say how long/,
    ],
    ['a part too few', withHeader('{"card":1,"prior":2}'), /does not say how long/],
    ['larger parts than bytes', withHeader('{"card":1,"prior":1,"population":9}'), /has \d+ bytes, not the/],
    ['one byte less', BYTES.subarray(0, -1), /has \d+ bytes, not the/],
    ['one byte more', new Uint8Array([...BYTES, 0]), /has \d+ bytes, not the/],
  ])('%s is refused with the reason', (_, bytes, reason) => {
    expect(parseModelBundle(bytes)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringMatching(reason),
    });
  });

  test('no bytes whatever make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(60), (noise, at) => {
        const bytes = new Uint8Array([...BYTES.subarray(0, at), ...noise]);
        expect(['parsed', 'unreadable']).toContain(parseModelBundle(bytes).kind);
      }),
    );
  });
});
