/**
 * The OpenAPI 3.1 document of the server, put together from the route table, the problem table and the zod schemas.
 * Nothing is written down twice; what the document says of an address is what the server checks.
 */
import { z } from 'zod';
import { modelIdSchema } from '../protocol/downlink.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemCode, problemBody } from '../protocol/problem.ts';
import { HEADERS, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, PROTOCOL_VERSION } from '../protocol/protocol-limits.ts';
import { componentSchemas, type SchemaName, schemaRef } from './components.ts';
import { EXAMPLES } from './examples.ts';
import { type Caller, problemsOf, ROUTE_TABLE, type RouteEntry, TAGS } from './route-table.ts';

/** A part of the document; its shape is the specification's. */
export type Json = { readonly [key: string]: unknown };

const ABOUT = `How AMECS boxes and researchers talk to a sync server.

A box proves every request by a DPoP proof (RFC 9449) in the ${HEADERS.proof} header: a JWT, signed with the Ed25519 key of the
box, whose claims (ProofClaims) name the method, the address without query, the nonce the server gave last and the digest of the
body. There is no access token; the thumbprint of the key is who the box is. Begin without a nonce: the refusal
\`nonceRequired\` brings one, and so does every answer to a box, in ${HEADERS.nonce}. Each proof is good once. The clock
of the box is never judged.

Every refusal is ${PROBLEM_MEDIA_TYPE} (RFC 9457) with a code of the table below.`;

/** Builds the document; it is the same every time. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTE_TABLE) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'AMECS sync server',
      version: String(PROTOCOL_VERSION),
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server this document comes from' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: SECURITY_SCHEMES,
      headers: RESPONSE_HEADERS,
      examples: Object.fromEntries(
        codes().map((code) => [code, { summary: PROBLEMS[code].hint, value: problemBody(code) }]),
      ),
    },
  };
}

const SECURITY_SCHEMES = {
  proof: {
    type: 'apiKey',
    in: 'header',
    name: HEADERS.proof,
    description: 'A DPoP proof (RFC 9449) without an access token, with the claims of ProofClaims.',
  },
  researcherToken: {
    type: 'http',
    scheme: 'bearer',
    description: "The site's researcher token, 32 random bytes in base64url.",
  },
} as const;

const SECURITY: Readonly<Record<Caller, readonly Json[]>> = {
  box: [{ proof: [] }],
  key: [{ proof: [] }],
  researcher: [{ researcherToken: [] }],
  anyone: [],
};

const RESPONSE_HEADERS = {
  nonce: {
    description: 'The nonce for the next proof (RFC 9449, section 8).',
    schema: { type: 'string' },
  },
  serverTime: {
    description: "Milliseconds since 1970 on the server's clock as it answered.",
    schema: { type: 'integer' },
  },
  challenge: {
    description: 'What is asked for instead (RFC 9110, section 11.6.1).',
    schema: { type: 'string' },
  },
  retryAfter: {
    description: 'Seconds until it is worth asking again.',
    schema: { type: 'integer', minimum: 1 },
  },
} as const;

function headerRef(name: keyof typeof RESPONSE_HEADERS): Json {
  return { $ref: `#/components/headers/${name}` };
}

function operationOf(route: RouteEntry): Json {
  const parameters = [...pathParameters(route), ...queryParameters(route), ...bodyParameters(route)];
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    security: SECURITY[route.caller],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: requestBodyOf(route.body) }),
    responses: {
      [route.status]: {
        description: 'Done.',
        headers: headersFor(route),
        content: answerContent(route.answer),
      },
      ...refusalsOf(route),
    },
  };
}

function pathParameters({ path }: RouteEntry): readonly Json[] {
  if (!path.includes(':modelId')) return [];
  const { $schema: _, ...schema } = z.toJSONSchema(modelIdSchema);
  return [{ name: 'modelId', in: 'path', required: true, description: 'As in the downlink.', schema }];
}

function queryParameters({ query }: RouteEntry): readonly Json[] {
  if (query === undefined) return [];
  // What the reader writes is text; what it must be is the number it becomes.
  const { properties = {} } = z.toJSONSchema(query, { io: 'output', unrepresentable: 'any' });
  const { limit } = properties as { readonly limit?: Json };
  return [
    {
      name: 'after',
      in: 'query',
      description: 'What the page before gave as next; 0 for the beginning.',
      schema: { type: 'integer', minimum: 0, default: 0 },
    },
    { name: 'limit', in: 'query', description: 'Most rows of a page.', schema: limit },
  ];
}

function bodyParameters({ body }: RouteEntry): readonly Json[] {
  if (body === undefined) return [];
  return [
    {
      name: 'content-digest',
      in: 'header',
      required: true,
      description: 'SHA-256 of the body as sent (RFC 9530); the proof has the same in content_digest.',
      schema: { type: 'string', pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$' },
    },
    {
      name: 'content-encoding',
      in: 'header',
      description: `How the body is compressed; at most ${MAX_BATCH_BYTES} bytes before and after.`,
      schema: { type: 'string', enum: ['gzip', 'identity'] },
    },
  ];
}

function requestBodyOf(name: SchemaName): Json {
  const description =
    name === 'EventBatch' ? `At most ${MAX_BATCH_EVENTS} events and ${MAX_BATCH_BYTES} bytes.` : 'In UTF-8.';
  return { required: true, description, content: jsonContent(name) };
}

function answerContent(answer: RouteEntry['answer']): Json {
  if (answer === 'bytes') return { 'application/octet-stream': {} };
  if (answer === 'document') return { 'application/json': { schema: { type: 'object' } } };
  return jsonContent(answer);
}

function jsonContent(name: SchemaName): Json {
  const example = (EXAMPLES as Partial<Record<SchemaName, unknown>>)[name];
  return { 'application/json': { schema: schemaRef(name), ...(example === undefined ? {} : { example }) } };
}

function headersFor({ caller }: RouteEntry): Json {
  const serverTime = headerRef('serverTime');
  const isProven = caller === 'box' || caller === 'key';
  return { [HEADERS.serverTime]: serverTime, ...(isProven ? { [HEADERS.nonce]: headerRef('nonce') } : {}) };
}

/** One response for each status, with the codes that can come with it. */
function refusalsOf(route: RouteEntry): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [String(status), refusal(route, status, ofStatus)]),
  );
}

function refusal(route: RouteEntry, status: number, ofStatus: readonly ProblemCode[]): Json {
  return {
    description: ofStatus.map((code) => `${code}: ${PROBLEMS[code].title}`).join(' '),
    headers: {
      ...headersFor(route),
      ...(status === 401 ? { 'www-authenticate': headerRef('challenge') } : {}),
      ...(status === 429 || status === 503 ? { 'retry-after': headerRef('retryAfter') } : {}),
    },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          allOf: [schemaRef('Problem'), { type: 'object', properties: { code: { enum: ofStatus } } }],
        },
        examples: Object.fromEntries(
          ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function codes(): readonly ProblemCode[] {
  return [...new Set(ROUTE_TABLE.flatMap(problemsOf))];
}
