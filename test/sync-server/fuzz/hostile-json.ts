/** JSON texts that are wrong, odd or meant to hurt, as bytes on the wire. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

const nested = (open: string, close: string, depth: number, core = '1'): string =>
  open.repeat(depth) + core + close.repeat(depth);

/** Values as text, since many of them are no JSON or do not survive JSON.parse and back. */
const HOSTILE_VALUES: readonly string[] = [
  'null',
  'true',
  '-0',
  '0',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '-9007199254740993',
  '4503599627370497',
  '0.1',
  '1E3',
  '01',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  '',
  '""',
  '"\\u0000"',
  '"\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\u202e\ufeff"',
  "'single'",
  '"unclosed',
  '"\\',
  '"\\x41"',
  `"${'x'.repeat(100_000)}"`,
  '[]',
  '{}',
  '[[[]]]',
  '[1,]',
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"__proto__":null}',
  '{"__proto__":{"protocol":2,"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3,"toJSON":4}',
  '{"length":1e9}',
  nested('[', ']', 29),
  nested('[', ']', 33),
  nested('{"a":', '}', 33),
  nested('[', ']', 10_000),
  nested('{"__proto__":', '}', 10_000),
  '['.repeat(10_000),
  '/* comment */ 1',
  '1 2',
  `[${'0,'.repeat(5_000)}0]`,
];

export const hostileValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const MARK = '@hostile@';

/** `message` as text with the value at `path` replaced by the text `hostile`. */
function replaced(message: unknown, path: Path, hostile: string): string {
  const copy = structuredClone({ message }) as Record<string, unknown>;
  let parent = copy;
  const keys = ['message', ...path];
  for (const key of keys.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  parent[keys.at(-1)!] = MARK;
  return JSON.stringify(copy.message).replace(`"${MARK}"`, () => hostile);
}

/** A valid message with one value replaced, left out, doubled or added, as text. */
function spoiltMessage(message: object): fc.Arbitrary<string> {
  const paths = pathsOf(message);
  const text = JSON.stringify(message);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.constantFrom(...paths), hostileValue)
        .map(([path, hostile]) => replaced(message, path, hostile)),
    },
    { weight: 1, arbitrary: hostileValue },
    { weight: 1, arbitrary: hostileValue.map((hostile) => `{"__proto__":${hostile},${text.slice(1)}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...Object.keys(message)), hostileValue)
        .map(([key, hostile]) => `${text.slice(0, -1)},"${key}":${hostile}}`),
    },
  );
}

/** Bytes with a few of them changed, cut out or doubled. */
export function mutated(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 8 }),
    insert: fc.uint8Array({ maxLength: 8 }),
  });
  return fc.tuple(bytes, fc.array(change, { minLength: 1, maxLength: 4 })).map(([original, changes]) =>
    changes.reduce((left, { at, cut, insert }) => {
      const from = Math.floor(at * left.length);
      return Buffer.concat([left.subarray(0, from), insert, left.subarray(from + cut)]);
    }, original),
  );
}

/** 50 MB of blanks in 50 kB. */
const BOMB = gzipSync(Buffer.alloc(50_000_000, 0x20));

export interface EncodedBody {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const plain = (body: Buffer): EncodedBody => ({ body, headers: {} });
const gzipped = (body: Buffer, encoding = 'gzip'): EncodedBody => ({
  body,
  headers: { 'content-encoding': encoding },
});

/** How a body can travel, rightly and wrongly. */
function encoded(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<EncodedBody> {
  const zipped = bytes.map((each) => gzipSync(each, { level: 1 }));
  const types = fc.constantFrom(
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json;charset="UTF-8";charset=latin1',
    'application/json; charset=',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/vnd.api+json',
    ';;;',
    'application/json/json',
    '',
  );
  const encodings = fc.constantFrom(
    'br',
    'deflate',
    'GZIP',
    'gzip, gzip',
    'identity',
    'x-gzip',
    'zstd',
    '*',
    '',
  );
  return fc.oneof(
    { weight: 8, arbitrary: bytes.map(plain) },
    { weight: 4, arbitrary: zipped.map((each) => gzipped(each)) },
    { weight: 1, arbitrary: mutated(zipped).map((each) => gzipped(each)) },
    { weight: 1, arbitrary: zipped.map((each) => gzipped(each.subarray(0, each.length / 2))) },
    { weight: 1, arbitrary: zipped.map((each) => gzipped(Buffer.concat([each, each, Buffer.from('end')]))) },
    { weight: 1, arbitrary: zipped.map((each) => gzipped(gzipSync(each))) },
    { weight: 1, arbitrary: bytes.map((each) => gzipped(each)) },
    { weight: 1, arbitrary: fc.tuple(bytes, encodings).map(([each, encoding]) => gzipped(each, encoding)) },
    {
      weight: 1,
      arbitrary: fc.tuple(bytes, types).map(([body, type]) => ({ body, headers: { 'content-type': type } })),
    },
  );
}

/** Bodies for an address that expects `message`: most are read as JSON, some are the message, many nearly are. */
export function hostileBody(message: object): fc.Arbitrary<EncodedBody> {
  const right = Buffer.from(JSON.stringify(message));
  const bytes = fc.oneof(
    { weight: 2, arbitrary: fc.constant(right) },
    { weight: 8, arbitrary: spoiltMessage(message).map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: mutated(fc.constant(right)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((each) => Buffer.from(each)) },
    { weight: 1, arbitrary: fc.constant(Buffer.from(right.toString(), 'utf16le')) },
    { weight: 1, arbitrary: fc.constant(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), right])) },
    { weight: 1, arbitrary: fc.constant(Buffer.from([0x22, 0xc3, 0x28, 0x22])) },
  );
  return fc.oneof(
    { weight: 60, arbitrary: encoded(bytes) },
    { weight: 1, arbitrary: fc.constant(gzipped(BOMB)) },
    { weight: 1, arbitrary: fc.constant(plain(Buffer.alloc(1_000_001, 0x20))) },
    { weight: 1, arbitrary: fc.constant(plain(Buffer.alloc(0))) },
  );
}
