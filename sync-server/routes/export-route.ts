/**
 * GET /v1/export/events: a researcher reads the site's log, page by page, in the order it was stored.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ServerParts } from '../app.ts';
import { CALLER, requireBearer } from '../http/bearer.ts';
import { checkFields } from '../http/read-message.ts';
import type { ExportPage } from '../protocol/export-page.ts';
import { EXPORT_PAGE_ROWS, MAX_EXPORT_PAGE_ROWS, ROUTES } from '../protocol/protocol-limits.ts';
import type { Site } from '../store/event-store.ts';

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);

const querySchema = z.object({
  /** Log number of the last row the reader has; 0 for the beginning. */
  after: wholeNumber.default(0),
  limit: wholeNumber.pipe(z.int().min(1).max(MAX_EXPORT_PAGE_ROWS)).default(EXPORT_PAGE_ROWS),
});

export function addExportRoute(app: FastifyInstance, { store }: ServerParts): void {
  const onRequest = requireBearer((tokenHash) => store.siteByResearcherToken(tokenHash));

  app.get(ROUTES.exportEvents, { onRequest }, async (request): Promise<ExportPage> => {
    const { siteId, purpose } = request.getDecorator<Site>(CALLER);
    const { after, limit } = checkFields(request.query, querySchema, 'queryInvalid');
    const rows = await store.eventsAfter(siteId, after, limit);
    return {
      siteId,
      purpose,
      generation: await store.generation(),
      rows: [...rows],
      next: rows.length < limit ? null : rows.at(-1)!.log,
      quarantined: await store.quarantineCount(siteId),
    };
  });
}
