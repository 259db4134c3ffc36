/**
 * From bytes to a checked message: gunzip with a cap, UTF-8, JSON of bounded depth, then a schema.
 * Everything that can be wrong with a body is a refusal; none of it is an error of the server.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ProblemCode } from '../protocol/problem.ts';
import { MAX_BATCH_BYTES, MAX_BODY_DEPTH, PROTOCOL_VERSION } from '../protocol/protocol-limits.ts';
import { Refusal } from './refusal.ts';

const inflate = promisify(gunzip);

/** Reads the body of `request` as `schema`; throws a `Refusal` that names the first few faults. */
export async function readMessage<T extends z.ZodType>(
  request: FastifyRequest,
  schema: T,
): Promise<z.output<T>> {
  const { headers } = request;
  if (!isJsonType(headers['content-type'])) throw new Refusal('mediaTypeUnsupported');
  const bytes = await decompress(request.body, headers['content-encoding']);
  const body = parseJson(bytes);
  refuseNewerProtocol(body);
  return checkFields(body, schema, 'bodyInvalid');
}

/** `value` as `schema`, or a refusal of kind `code` that names the first few faults and never repeats a value. */
export function checkFields<T extends z.ZodType>(value: unknown, schema: T, code: ProblemCode): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`);
  throw new Refusal(code, faults.join('; ').slice(0, 500));
}

function isJsonType(header: string | undefined): boolean {
  const [type, ...parameters] = (header ?? '').toLowerCase().split(';');
  const isUtf8 = parameters.every((each) => !/^\s*charset\s*=/.test(each) || /=\s*"?utf-?8"?\s*$/.test(each));
  return type?.trim() === 'application/json' && isUtf8;
}

async function decompress(body: unknown, encoding: string | undefined): Promise<Uint8Array> {
  if (!(body instanceof Uint8Array)) throw new Refusal('bodyUnreadable', 'the body is empty');
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding.toLowerCase() !== 'gzip') throw new Refusal('mediaTypeUnsupported', 'only gzip is inflated');
  try {
    return await inflate(body, { maxOutputLength: MAX_BATCH_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new Refusal('bodyTooLarge');
    throw new Refusal('bodyUnreadable', 'the gzip stream is broken');
  }
}

function parseJson(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes)) throw new Refusal('bodyTooDeep');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('bodyUnreadable');
  }
}

const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/**
 * Whether brackets outside strings nest too deep. Asked before parsing, since writing such a value back would overflow
 * the stack. Cost: one look at each byte.
 */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) {
      if (byte === BACKSLASH) at += 1;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_BODY_DEPTH) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

function refuseNewerProtocol(body: unknown): void {
  const spoken = z.object({ protocol: z.number() }).safeParse(body);
  if (spoken.success && spoken.data.protocol > PROTOCOL_VERSION) {
    throw new Refusal('protocolUnsupported', `the server speaks version ${PROTOCOL_VERSION}`);
  }
}
