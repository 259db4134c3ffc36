/**
 * A population model as one file: a line that says what it is, a line of JSON that says how long each part is, then the
 * parts. Nothing is compressed and nothing is dated, so the same parts give the same bytes, and the file's hash names
 * the model for ever.
 */
import { isWhole, membersOf } from '../child/stored-numbers.ts';

/** What a model is made of, as `amecs model train` writes them. */
export interface ModelBundle {
  /** model-card.json, text in UTF-8. */
  readonly card: Uint8Array;
  /** prior.json, text in UTF-8. */
  readonly prior: Uint8Array;
  /** population.onnx. */
  readonly population: Uint8Array;
}

export type ParsedBundle =
  | { readonly kind: 'parsed'; readonly bundle: ModelBundle }
  /** `reason` is a clause for people. */
  | { readonly kind: 'unreadable'; readonly reason: string };

const FIRST_LINE = 'amecs population model 1\n';

/** Small parts first, so that a reader that only wants the card need not go far. */
const PARTS = ['card', 'prior', 'population'] as const satisfies readonly (keyof ModelBundle)[];

/** Bytes of the second line with its end: three names with a number each are about 60. */
const MAX_HEADER_BYTES = 200;

const LINE_END = 0x0a;

export function encodeModelBundle(bundle: ModelBundle): Uint8Array {
  const header = JSON.stringify(Object.fromEntries(PARTS.map((part) => [part, bundle[part].length])));
  const pieces = [new TextEncoder().encode(`${FIRST_LINE}${header}\n`), ...PARTS.map((part) => bundle[part])];
  const bytes = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The parts of a bundle, as views of its bytes; what is in them is not looked at. Never throws. */
export function parseModelBundle(bytes: Uint8Array): ParsedBundle {
  const first = new TextEncoder().encode(FIRST_LINE);
  if (!first.every((byte, at) => bytes[at] === byte)) {
    return unreadable('it is not a population model of this kind');
  }
  const headerEnd = bytes.subarray(0, first.length + MAX_HEADER_BYTES).indexOf(LINE_END, first.length);
  if (headerEnd < 0) return unreadable('its header has no end');
  const sizes = parseSizes(new TextDecoder().decode(bytes.subarray(first.length, headerEnd)));
  if (sizes === undefined) return unreadable('its header does not say how long its parts are');
  const [cardBytes, priorBytes, populationBytes] = sizes;
  const priorAt = headerEnd + 1 + cardBytes;
  const populationAt = priorAt + priorBytes;
  const endAt = populationAt + populationBytes;
  if (endAt !== bytes.length)
    return unreadable(`it has ${bytes.length} bytes, not the ${endAt} it speaks of`);
  const bundle = {
    card: bytes.subarray(headerEnd + 1, priorAt),
    prior: bytes.subarray(priorAt, populationAt),
    population: bytes.subarray(populationAt, endAt),
  };
  return { kind: 'parsed', bundle };
}

function parseSizes(header: string): readonly [number, number, number] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(header);
  } catch {
    return undefined;
  }
  const { card, prior, population } = membersOf(value);
  return isWhole(card) && isWhole(prior) && isWhole(population) ? [card, prior, population] : undefined;
}

function unreadable(reason: string): ParsedBundle {
  return { kind: 'unreadable', reason };
}
