/**
 * Every address of the server: who may ask, what is asked, what is answered, and every problem that can be the answer.
 * The document is made of this table; tests hold it against the routes that are registered and the answers they give.
 */
import type { z } from 'zod';
import { exportQuerySchema, quarantineQuerySchema } from '../protocol/export-query.ts';
import type { ProblemCode } from '../protocol/problem.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';
import type { SchemaName } from './components.ts';

/**
 * box: a key that is enrolled here, by a proof. key: any key, by a proof. researcher: a bearer token. anyone: no proof,
 * no token.
 */
export type Caller = 'box' | 'key' | 'researcher' | 'anyone';

export const TAGS = {
  enrolment: 'How a box becomes known, and how it changes its key.',
  journal: 'How the journal of a box reaches the server.',
  downlink: 'What the server has for a box.',
  export: 'How a researcher gets everything a site has.',
  server: 'About the server itself.',
} as const;

export interface RouteEntry {
  readonly method: 'get' | 'post';
  /** As the server registers it, such as `/v1/models/:modelId`. */
  readonly path: (typeof ROUTES)[keyof typeof ROUTES];
  readonly operationId: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  readonly caller: Caller;
  readonly body?: SchemaName;
  readonly query?: z.ZodObject;
  /** Status of the answer; its schema, or `bytes`, or `document` for an OpenAPI document. */
  readonly status: 200 | 201;
  readonly answer: SchemaName | 'bytes' | 'document';
  /** Beside those every route of this caller and shape has; see `problemsOf`. */
  readonly problems: readonly ProblemCode[];
}

export const ROUTE_TABLE: readonly RouteEntry[] = [
  {
    method: 'post',
    path: ROUTES.enrol,
    operationId: 'enrol',
    tag: 'enrolment',
    summary: 'Enrol a box with a one-time code',
    description:
      'Binds the key that signed the proof to a site, a device and a participant. The same code with the same key may be sent again until the code expires, so a lost answer costs nothing.',
    caller: 'key',
    body: 'EnrolmentRequest',
    status: 201,
    answer: 'EnrolmentAnswer',
    problems: ['codeUnknown', 'codeExpired', 'codeUsed', 'tooManyAttempts'],
  },
  {
    method: 'post',
    path: ROUTES.rotateKey,
    operationId: 'rotateKey',
    tag: 'enrolment',
    summary: "Register the box's next key",
    description:
      'Signed by the key in use; the body holds a proof by the new key for the same request and nonce. The old key stays good until the new one is first used.',
    caller: 'box',
    body: 'RotationRequest',
    status: 200,
    answer: 'RotationAnswer',
    problems: [],
  },
  {
    method: 'post',
    path: ROUTES.events,
    operationId: 'sendEvents',
    tag: 'journal',
    summary: 'Send a run of journal events',
    description:
      'Answered only after a durable commit. The same batch may be sent any number of times. Events nobody can read, and events whose place is taken, are kept raw and count as acknowledged.',
    caller: 'box',
    body: 'EventBatch',
    status: 200,
    answer: 'Acknowledgement',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.cursor,
    operationId: 'readCursor',
    tag: 'journal',
    summary: 'How much of the journal the server has',
    description: 'For a box whose server was restored from a backup: it sends again what is missing.',
    caller: 'box',
    status: 200,
    answer: 'CursorAnswer',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.downlink,
    operationId: 'readDownlink',
    tag: 'downlink',
    summary: 'What the box should run with',
    description: 'A wanted state, not a command: fetching it twice changes nothing.',
    caller: 'box',
    status: 200,
    answer: 'DownlinkAnswer',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.model,
    operationId: 'readModel',
    tag: 'downlink',
    summary: 'The bytes of a population model',
    description: 'Believe them only when their SHA-256 and its signature are those of the downlink.',
    caller: 'box',
    status: 200,
    answer: 'bytes',
    problems: ['modelUnknown'],
  },
  {
    method: 'post',
    path: ROUTES.withdrawn,
    operationId: 'confirmWithdrawal',
    tag: 'downlink',
    summary: 'Confirm that a withdrawn child was erased from the box',
    description: 'After this the key of the box is not known any more.',
    caller: 'box',
    body: 'WithdrawnRequest',
    status: 200,
    answer: 'WithdrawnAnswer',
    problems: ['orderUnknown'],
  },
  {
    method: 'get',
    path: ROUTES.exportEvents,
    operationId: 'exportEvents',
    tag: 'export',
    summary: 'The events of the site, page by page',
    description:
      'In the order they were stored. When generation differs between two pages, the server was restored: begin again.',
    caller: 'researcher',
    query: exportQuerySchema,
    status: 200,
    answer: 'ExportPage',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.exportQuarantine,
    operationId: 'exportQuarantine',
    tag: 'export',
    summary: 'What could not be taken as events, page by page',
    description: 'Exactly as it came. When generation or quarantined differs between two pages, begin again.',
    caller: 'researcher',
    query: quarantineQuerySchema,
    status: 200,
    answer: 'QuarantinePage',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.health,
    operationId: 'readHealth',
    tag: 'server',
    summary: 'Whether the server can read its store',
    description: 'For load balancers and watchdogs.',
    caller: 'anyone',
    status: 200,
    answer: 'Health',
    problems: [],
  },
  {
    method: 'get',
    path: ROUTES.openApi,
    operationId: 'readOpenApi',
    tag: 'server',
    summary: 'This document',
    description: 'OpenAPI 3.1.',
    caller: 'anyone',
    status: 200,
    answer: 'document',
    problems: [],
  },
];

/** Any request can meet these. */
const OF_EVERYONE = ['badRequest', 'overloaded', 'storeUnavailable', 'internal'] as const;

const OF_BODIES = [
  'bodyUnreadable',
  'bodyTooDeep',
  'bodyInvalid',
  'bodyTooLarge',
  'mediaTypeUnsupported',
  'protocolUnsupported',
] as const;

const OF_PROOFS = [
  'proofMissing',
  'proofInvalid',
  'proofReplayed',
  'nonceRequired',
  'contentDigestMismatch',
] as const;

const OF_CALLERS: Readonly<Record<Caller, readonly ProblemCode[]>> = {
  box: [...OF_PROOFS, 'keyUnknown', 'deviceRevoked'],
  key: OF_PROOFS,
  researcher: ['tokenMissing', 'tokenUnknown'],
  anyone: [],
};

/** What can be the answer at addresses that are not in the table: a body is read before the address is given up. */
export const PROBLEMS_ELSEWHERE: readonly ProblemCode[] = [
  'notFound',
  'badRequest',
  'bodyTooLarge',
  'mediaTypeUnsupported',
];

/** Every problem that can be the answer at this address. */
export function problemsOf({ caller, body, query, problems }: RouteEntry): readonly ProblemCode[] {
  return [
    ...OF_EVERYONE,
    ...OF_CALLERS[caller],
    ...(body === undefined ? [] : OF_BODIES),
    ...(query === undefined ? [] : (['queryInvalid'] as const)),
    ...problems,
  ];
}
