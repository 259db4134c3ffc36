/** GET /openapi.json: what this server understands, for people and for generators of clients. */
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../openapi/open-api-document.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';

export function addOpenApiRoute(app: FastifyInstance): void {
  // Made when first asked for: it takes longer than all the rest of a start.
  let document: string | undefined;
  app.get(ROUTES.openApi, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument());
    return reply.type('application/json').send(document);
  });
}
