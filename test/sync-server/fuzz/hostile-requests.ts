/** Requests that are wrong, odd or meant to hurt; most are signed by a box the server knows, so that they get far. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { HEADERS, PROTOCOL_VERSION, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { journalEvents } from '../../support/journal-events.ts';
import { type EncodedBody, hostileBody, hostileValue } from './hostile-json.ts';
import { type HostileRequest, hostileClaims, hostileProofs, signed, unsigned } from './hostile-proofs.ts';
import type { Method } from './signed-request.ts';

const LINKS = (() => {
  const events = journalEvents(1, 1, 40);
  const links = [CHAIN_START];
  for (const event of events) links.push(nextLink(links.at(-1)!, event));
  return { events, links };
})();

/** A batch of a journal that is really there, so that many of these connect. */
function batchOf(firstSeq: number, count: number) {
  const events = LINKS.events.slice(firstSeq - 1, firstSeq - 1 + count);
  return {
    protocol: PROTOCOL_VERSION,
    after: firstSeq === 1 ? { epoch: 0, seq: 0 } : { epoch: 1, seq: firstSeq - 1 },
    epoch: 1,
    firstSeq,
    chainBefore: LINKS.links[firstSeq - 1]!,
    lostBefore: false,
    events: events as readonly (JournalEvent | unknown)[],
  };
}

/** Addresses that read a body, with a message of the right shape. */
const MESSAGES: readonly (readonly [string, object])[] = [
  [ROUTES.events, batchOf(1, 3)],
  [ROUTES.events, batchOf(4, 2)],
  [ROUTES.enrol, { protocol: PROTOCOL_VERSION, code: 'K7QM-2XVD-9RTA' }],
  [ROUTES.rotateKey, { protocol: PROTOCOL_VERSION, newKeyProof: 'a.b.c' }],
  [ROUTES.withdrawn, { protocol: PROTOCOL_VERSION, orderId: randomUUID() }],
];

const hostileBodies: fc.Arbitrary<HostileRequest> = fc
  .constantFrom(...MESSAGES)
  .chain(([url, message]) => hostileBody(message).map((encoded) => [url, encoded] as const))
  .map(([url, { body, headers }]: readonly [string, EncodedBody]) => ({
    what: `body at ${url}`,
    make: ({ key, nonce }) => signed({ method: 'POST', url, body, headers }, key, nonce),
  }));

/** Numbers at the edges of what a position can be. */
const position = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 45 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 52, 2 ** 52 + 1, 2 ** 53, -1, 0.5, 1e300) },
);

/** Batches that are well formed, at places that are not. */
const absurdPositions: fc.Arbitrary<HostileRequest> = fc
  .record({
    after: fc.record({ epoch: position, seq: position }),
    epoch: fc.oneof(fc.constantFrom(1, 2, 3), position),
    firstSeq: fc.oneof(fc.integer({ min: 1, max: 45 }), position),
    lostBefore: fc.boolean(),
    link: fc.integer({ min: 0, max: 40 }),
    from: fc.integer({ min: 1, max: 40 }),
    count: fc.integer({ min: 1, max: 6 }),
    stampsMatch: fc.boolean(),
  })
  .map(({ after, epoch, firstSeq, lostBefore, link, from, count, stampsMatch }) => {
    const events = stampsMatch
      ? journalEvents(epoch, firstSeq, firstSeq + count - 1)
      : LINKS.events.slice(from - 1, from - 1 + count);
    const batch = {
      ...batchOf(1, 1),
      after,
      epoch,
      firstSeq,
      lostBefore,
      chainBefore: LINKS.links[link],
      events,
    };
    const body = Buffer.from(JSON.stringify(batch));
    return {
      what: 'positions',
      make: ({ key, nonce }) => signed({ method: 'POST', url: ROUTES.events, body }, key, nonce),
    };
  });

/** Events of every kind of damage inside a batch that is otherwise right. */
const hostileEvents: fc.Arbitrary<HostileRequest> = fc
  .tuple(fc.integer({ min: 1, max: 39 }), fc.array(hostileValue, { minLength: 1, maxLength: 4 }))
  .map(([firstSeq, values]) => {
    const batch = { ...batchOf(firstSeq, 1), lostBefore: true, events: ['@'] };
    const body = Buffer.from(JSON.stringify(batch).replace('"@"', () => values.join(',')));
    return {
      what: 'events',
      make: ({ key, nonce }) => signed({ method: 'POST', url: ROUTES.events, body }, key, nonce),
    };
  });

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

const hostileUrl = fc.oneof(
  fc.constantFrom(...Object.values(ROUTES)),
  fc.constantFrom(
    '/',
    '//',
    '/v1',
    '/v1/%ff',
    '/v1/%00',
    '/v1/..%2f..%2fetc/passwd',
    '/v1/events/',
    '/V1/EVENTS',
    '/v1/models/__proto__',
    '/v1/models/%00',
    `/v1/models/${'a'.repeat(64)}`,
    `/v1/models/${'a'.repeat(5_000)}`,
    `/v1/models/${'%61'.repeat(64)}`,
    '/v1/models/%E0%A4%A',
    '/openapi.json?x=1',
    '/healthz?__proto__[a]=1',
    '/wp-login.php',
    `/${'a/'.repeat(2_000)}`,
  ),
  fc.webPath({ size: 'medium' }).map((path) => path || '/'),
);

const headerName = fc.constantFrom(
  'accept',
  'content-type',
  'content-encoding',
  'content-digest',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'te',
  'range',
  'if-none-match',
  'cookie',
  'origin',
  'accept-version',
  'authorization',
  HEADERS.proof,
);
const headerValue = fc.oneof(
  fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~').trim()),
  fc.constantFrom(
    'x'.repeat(8_000),
    'gzip',
    'bytes=0-',
    '../..',
    '*',
    'Bearer',
    'DPoP x',
    '[::1]:99999',
    'a, b',
  ),
);

/** Any method at any address with any headers, signed or not. */
const oddRequests: fc.Arbitrary<HostileRequest> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    url: hostileUrl,
    headers: fc.dictionary(headerName, headerValue, { maxKeys: 4 }),
    body: fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }),
    isSigned: fc.boolean(),
  })
  .map(({ method, url, headers, body, isSigned }) => ({
    what: `${method} somewhere`,
    make({ key, nonce }) {
      const request = { method, url, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) };
      return isSigned ? signed(request, key, nonce) : unsigned(request);
    },
  }));

const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '0',
    '1',
    '5000',
    '5001',
    '-0',
    '1e3',
    '999999999999999',
    '9999999999999999',
    'NaN',
    '0x1',
    ' 1',
    '%00',
    '',
  ),
);
const query = fc.oneof(
  fc.record({ after: number, limit: number }).map(({ after, limit }) => `?after=${after}&limit=${limit}`),
  fc.constantFrom(
    '?after=1&after=2',
    '?limit[]=1',
    '?__proto__[limit]=1',
    '?',
    '?%',
    `?x=${'y'.repeat(5_000)}`,
  ),
);

const exports: fc.Arbitrary<HostileRequest> = fc
  .record({
    url: fc.constantFrom(ROUTES.exportEvents, ROUTES.exportQuarantine),
    query,
    token: fc.constantFrom(
      'right',
      'Bearer',
      'Bearer x',
      `Bearer ${'A'.repeat(43)}`,
      `Bearer ${'x'.repeat(9_000)}`,
      'right right',
    ),
  })
  .map(({ url, query, token }) => ({
    what: 'export',
    make({ researcherToken }) {
      const authorization = token.replace(/^right/, `Bearer ${researcherToken}`);
      return unsigned({ method: 'GET', url: url + query, headers: { authorization } });
    },
  }));

/** Every kind of hostile request this file knows. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 8, arbitrary: hostileBodies },
  { weight: 3, arbitrary: absurdPositions },
  { weight: 3, arbitrary: hostileEvents },
  { weight: 3, arbitrary: hostileClaims },
  { weight: 3, arbitrary: hostileProofs },
  { weight: 3, arbitrary: oddRequests },
  { weight: 1, arbitrary: exports },
);
