/** What every answer of the server must be, whatever was asked: the documented success, or a documented problem. */
import { expect } from 'vitest';
import { NAMED_SCHEMAS } from '../../../sync-server/openapi/components.ts';
import {
  PROBLEMS_ELSEWHERE,
  problemsOf,
  ROUTE_TABLE,
  type RouteEntry,
} from '../../../sync-server/openapi/route-table.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, problemSchema } from '../../../sync-server/protocol/problem.ts';

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** The row of the table a request is for; HEAD asks what GET would say. */
export function routeOf(method: string, url: string): RouteEntry | undefined {
  const path = url.split('?', 1)[0]!;
  const asked = method === 'HEAD' ? 'get' : method.toLowerCase();
  return ROUTE_TABLE.find(
    (route) =>
      route.method === asked && new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
  );
}

/** Fails unless `answer` is documented for the request; gives the problem's code, or `done`. */
export function expectDocumented(
  { method = 'GET', url }: { method?: string; url: string },
  answer: Answer,
): string {
  const { statusCode, headers, body } = answer;
  const route = routeOf(method, url);
  expect(statusCode, body).toBeLessThan(500);
  if (route !== undefined && statusCode === route.status) {
    if (method !== 'HEAD' && route.answer in NAMED_SCHEMAS) {
      const { schema } = NAMED_SCHEMAS[route.answer as keyof typeof NAMED_SCHEMAS];
      // Equal after parsing: nothing is sent that the schema does not name, whatever depth the events have.
      const sent: unknown = JSON.parse(body);
      const parsed = schema.safeParse(sent);
      expect(parsed.error).toBeUndefined();
    }
    return 'done';
  }
  expect(headers['content-type']).toContain(PROBLEM_MEDIA_TYPE);
  if (method === 'HEAD' && body === '') return 'head';
  const { code, status } = problemSchema.parse(JSON.parse(body));
  expect(Object.keys(PROBLEMS)).toContain(code);
  expect(status).toBe(statusCode);
  expect(route === undefined ? PROBLEMS_ELSEWHERE : problemsOf(route), `${method} ${url}: ${body}`).toContain(
    code,
  );
  return code;
}
