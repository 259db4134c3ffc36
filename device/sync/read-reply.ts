/**
 * Decides what a reply is: our server's answer, our server's refusal, or somebody else talking (a Wi-Fi sign-in page, a proxy).
 */
import { z } from 'zod';
import { type Problem, problemSchema } from '../../sync-server/protocol/problem.ts';
import type { HttpReply } from './exchange.ts';

export type ReadReply<T> =
  /** `serverMs`: when the server answered, by its clock. */
  | { readonly kind: 'answer'; readonly value: T; readonly serverMs?: number }
  | { readonly kind: 'refusal'; readonly problem: Problem; readonly retryAfterMs: number }
  | {
      readonly kind: 'stranger';
      readonly status: number;
      readonly reason: string;
      readonly retryAfterMs: number;
    };

/** A file: only a 2xx that says it is one. */
export function readFileReply(reply: HttpReply): ReadReply<Uint8Array> {
  const isFile = reply.contentType.startsWith(FILE_MEDIA_TYPE);
  if (reply.status === 200 && isFile) return { kind: 'answer', value: reply.body };
  return readReply(reply, z.never());
}

const FILE_MEDIA_TYPE = 'application/octet-stream';

/** Only a 2xx with a body of this `schema` is an answer: a page of HTML with status 200 is not. */
export function readReply<T extends z.ZodType>(reply: HttpReply, schema: T): ReadReply<z.output<T>> {
  const { status, retryAfterMs, serverTimeMs: serverMs } = reply;
  const body = parseJson(reply.body);
  if (status >= 200 && status < 300) {
    const answer = schema.safeParse(body);
    if (answer.success) {
      return { kind: 'answer', value: answer.data, ...(serverMs === undefined ? {} : { serverMs }) };
    }
  }
  const problem = problemSchema.safeParse(body);
  if (status >= 400 && problem.success) return { kind: 'refusal', problem: problem.data, retryAfterMs };
  return { kind: 'stranger', status, reason: describeStranger(reply), retryAfterMs };
}

/** A body as JSON; undefined when it is none. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function describeStranger({ status, contentType }: HttpReply): string {
  const isPage = contentType.includes('html') || (status >= 300 && status < 400);
  if (isPage) return `something else answered (status ${status}); the network may want somebody to sign in`;
  return `the answer makes no sense (status ${status})`;
}
