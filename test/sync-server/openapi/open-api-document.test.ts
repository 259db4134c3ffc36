import { createConfig, lintFromString } from '@redocly/openapi-core';
import pino from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../sync-server/app.ts';
import { NAMED_SCHEMAS, type SchemaName } from '../../../sync-server/openapi/components.ts';
import { EXAMPLES } from '../../../sync-server/openapi/examples.ts';
import { openApiDocument } from '../../../sync-server/openapi/open-api-document.ts';
import { PROBLEMS_ELSEWHERE, problemsOf, ROUTE_TABLE } from '../../../sync-server/openapi/route-table.ts';
import { PROBLEMS, type ProblemCode } from '../../../sync-server/protocol/problem.ts';
import { HEADERS, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';
import { openSqliteStore } from '../../../sync-server/store/sqlite/sqlite-store.ts';

const document = openApiDocument();
const text = JSON.stringify(document);

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}
const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  test('passes every recommended rule of a linter, without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: text, config });
    expect(
      problems.map(({ ruleId, severity, message, location }) => [
        ruleId,
        severity,
        message,
        location[0]?.pointer,
      ]),
    ).toEqual([]);
  });

  test('is one a linter would find fault with', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const source = text
      .replace('"operationId":"sendEvents",', '')
      .replace('"isBehind":false', '"isBehind":1');
    const problems = await lintFromString({ source, config });
    expect(problems.map(({ ruleId }) => ruleId).sort()).toEqual([
      'no-invalid-media-type-examples',
      'operation-operationId',
    ]);
  });

  test('is what the server gives to anyone who asks', async () => {
    const app = createApp({
      store: await openSqliteStore(':memory:'),
      log: pino({ enabled: false }),
      now: () => 0,
    });
    const reply = await app.inject({ method: 'GET', url: ROUTES.openApi });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(reply.json()).toEqual(JSON.parse(text));
    await app.close();
  });

  test('says nothing that has no name of its own twice: every message stands once', () => {
    const names = Object.keys((document.components as { schemas: object }).schemas);
    expect(names.sort()).toEqual(Object.keys(NAMED_SCHEMAS).sort());
  });
});

describe('the routes of the server and of the document are the same:', () => {
  const registered = new Set<string>();

  beforeAll(async () => {
    const store = await openSqliteStore(':memory:');
    const app = createApp({ store, log: pino({ enabled: false }), now: () => 0 });
    // The routes are registered already; the router itself tells of them.
    for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
      const [, path, methods] = /(\/\S*|\*) \(([A-Z, ]+)\)/.exec(line) ?? [];
      for (const method of methods?.split(', ') ?? []) {
        if (method !== 'HEAD') registered.add(`${method.toLowerCase()} ${path}`);
      }
    }
    await app.close();
    await store.close();
  });

  test('every route is in the document, and every operation is registered', () => {
    expect([...registered].sort()).toEqual(ROUTE_TABLE.map(({ method, path }) => `${method} ${path}`).sort());
    expect(operations).toHaveLength(ROUTE_TABLE.length);
  });

  test('every address of the protocol has one', () => {
    expect(new Set(ROUTE_TABLE.map(({ path }) => path))).toEqual(new Set(Object.values(ROUTES)));
  });

  test.each(ROUTE_TABLE)('$method $path lists its problems under their statuses', (route) => {
    const { responses } = operations.find(
      ({ operation }) => operation.operationId === route.operationId,
    )!.operation;
    const listed = Object.entries(responses).flatMap(([status, { content }]) => {
      const refused = content['application/problem+json'] as
        | { schema: { allOf: [object, { properties: { code: { enum: ProblemCode[] } } }] } }
        | undefined;
      return (refused?.schema.allOf[1].properties.code.enum ?? []).map((code) => `${status} ${code}`);
    });
    const expected = problemsOf(route).map((code) => `${PROBLEMS[code].status} ${code}`);
    expect(listed.sort()).toEqual(expected.sort());
  });

  test('every problem of the table can happen somewhere', () => {
    const known = new Set([...ROUTE_TABLE.flatMap(problemsOf), ...PROBLEMS_ELSEWHERE]);
    expect([...known].sort()).toEqual(Object.keys(PROBLEMS).sort());
  });
});

describe('the examples', () => {
  test.each(Object.entries(EXAMPLES) as [SchemaName, unknown][])('of %s is one', (name, example) => {
    expect(NAMED_SCHEMAS[name].schema.safeParse(example).error).toBeUndefined();
  });

  test('are there for every body', () => {
    const bodies = ROUTE_TABLE.flatMap(({ body, answer }) => [body, answer]).filter(
      (name) => name !== undefined && name in NAMED_SCHEMAS,
    );
    expect(Object.keys(EXAMPLES).sort()).toEqual([...new Set(bodies)].sort());
  });
});

test('the headers of the protocol are named as they are sent', () => {
  for (const header of Object.values(HEADERS)) expect(text).toContain(`"${header}"`);
});
