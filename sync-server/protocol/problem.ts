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
  contentDigestMismatch: {
    status: 400,
    title: 'The body is not the one that was signed.',
    hint: 'Send it again; if this goes on, something between the box and the server changes bodies.',
  },
  tokenMissing: {
    status: 401,
    title: 'The request carries no token.',
    hint: 'Send Authorization: Bearer with the researcher token.',
  },
  tokenUnknown: {
    status: 401,
    title: 'The token is not known here.',
    hint: 'Check that it belongs to this server.',
  },
  proofMissing: {
    status: 401,
    title: 'The request carries no proof by a box.',
    hint: 'Send a DPoP proof signed with the key of the box.',
  },
  proofInvalid: {
    status: 401,
    title: 'The proof does not hold for this request.',
    hint: 'Check the method, the address and the signature named in detail; behind a proxy, start the server with --public-url.',
  },
  proofReplayed: {
    status: 401,
    title: 'The proof was used before.',
    hint: 'Make a new proof for every request.',
  },
  nonceRequired: {
    status: 401,
    title: 'The proof needs a fresh nonce of this server.',
    hint: 'Send the request again with the nonce in the DPoP-Nonce header of this answer.',
  },
  keyUnknown: {
    status: 401,
    title: 'The key of the box is not known here.',
    hint: 'Check that this is the server the box was enrolled at; a box can be enrolled again with a new code.',
  },
  deviceRevoked: {
    status: 403,
    title: 'This box was taken off the server.',
    hint: 'It keeps its data; enrol it again with a new code if that was a mistake.',
  },
  tooManyAttempts: {
    status: 429,
    title: 'There were too many attempts with this code or from this address.',
    hint: 'Wait as long as Retry-After says, then check the code letter by letter.',
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
  modelUnknown: {
    status: 404,
    title: 'There is no such model at this site.',
    hint: 'Ask the downlink which model is wanted now.',
  },
  orderUnknown: {
    status: 404,
    title: 'There is no such order for this box.',
    hint: 'Ask the downlink whether there is another.',
  },
  notFound: {
    status: 404,
    title: 'There is nothing at this address, or not with this method.',
    hint: 'Check the address; the protocol begins at /v1/.',
  },
  overloaded: {
    status: 503,
    title: 'The server has more to do than it can just now.',
    hint: 'Try again after as long as Retry-After says.',
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
