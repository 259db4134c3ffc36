/**
 * Everything the server can refuse, once: code, HTTP status, what happened, what to do.
 * Sent as application/problem+json (RFC 9457). The codes are part of the protocol; the words are for people.
 */
import { z } from 'zod';

interface ProblemEntry {
  readonly status: number;
  /** What happened, one sentence. */
  readonly title: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
}

export const PROBLEMS = {
  badRequest: {
    status: 400,
    title: 'The request is not valid HTTP for this server.',
    hint: 'Check the address and the headers, and that nothing between rewrites them.',
  },
  bodyUnreadable: {
    status: 400,
    title: 'The body is not JSON in UTF-8.',
    hint: 'Send a JSON document; when Content-Encoding says gzip, the body must be whole gzip.',
  },
  bodyTooDeep: {
    status: 400,
    title: 'The body nests deeper than any message of this protocol.',
    hint: 'Send at most 32 levels of arrays and objects.',
  },
  bodyInvalid: {
    status: 422,
    title: 'The body is JSON, but not the message this address expects.',
    hint: 'Compare it with the fields named in detail.',
  },
  queryInvalid: {
    status: 422,
    title: 'The query is not what this address expects.',
    hint: 'Compare it with the fields named in detail.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'The body is larger than the server reads.',
    hint: 'Send half as many events, at most 500 and at most 1 MB before compression.',
  },
  mediaTypeUnsupported: {
    status: 415,
    title: 'The body is of a type this server does not read.',
    hint: 'Send Content-Type: application/json in UTF-8, plain or with Content-Encoding: gzip.',
  },
  protocolUnsupported: {
    status: 426,
    title: 'The box speaks a newer protocol than this server.',
    hint: 'Update the server; the box keeps its events until then.',
  },
  tokenMissing: {
    status: 401,
    title: 'The request carries no token.',
    hint: 'Send Authorization: Bearer with the token from enrolment, or the researcher token for exports.',
  },
  tokenUnknown: {
    status: 401,
    title: 'The token is not known here.',
    hint: 'Check that it belongs to this server; a box can be enrolled again with a new code.',
  },
  codeUnknown: {
    status: 403,
    title: 'The enrolment code is not known here.',
    hint: 'Check the code letter by letter, and that the address is the server that made it.',
  },
  codeExpired: {
    status: 410,
    title: 'The enrolment code is older than 24 hours.',
    hint: 'Make a new code at the server.',
  },
  codeUsed: {
    status: 409,
    title: 'The enrolment code was used already.',
    hint: 'Make a new code at the server; if you did not use this one yourself, tell whoever runs the server.',
  },
  notFound: {
    status: 404,
    title: 'There is nothing at this address, or not with this method.',
    hint: 'Check the address; the protocol begins at /v1/.',
  },
  storeUnavailable: {
    status: 503,
    title: 'The server cannot write to its store just now.',
    hint: 'Try again later; whoever runs the server should look at its disk and its log.',
  },
  internal: {
    status: 500,
    title: 'The server made a mistake.',
    hint: 'Try again later; whoever runs the server finds the reason in its log.',
  },
} as const satisfies Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Media type of every refusal. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A refusal as it is sent. Readers accept codes they do not know yet. */
export const problemSchema = z.object({
  type: z.string(),
  code: z.string().max(64),
  status: z.int(),
  title: z.string().max(400),
  hint: z.string().max(400),
  detail: z.string().max(2_000).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** The body of a refusal; `detail` says what was wrong this time and never repeats secrets or bodies. */
export function problemBody(code: ProblemCode, detail?: string): Problem {
  const { status, title, hint } = PROBLEMS[code];
  return {
    type: `urn:amecs:problem:${code}`,
    code,
    status,
    title,
    hint,
    ...(detail === undefined ? {} : { detail }),
  };
}
