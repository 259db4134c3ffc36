/**
 * GET /v1/export/events and /v1/export/quarantine: a researcher reads all the site has, page by page. Times are worked
 * out as a page is read, from all that is known by then.
 */
import type { FastifyInstance } from 'fastify';
import type { RouteParts } from '../app.ts';
import { CALLER, requireBearer } from '../http/bearer.ts';
import { checkFields } from '../http/read-message.ts';
import type { ExportPage, QuarantinePage } from '../protocol/export-page.ts';
import { exportQuerySchema, quarantineQuerySchema } from '../protocol/export-query.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';
import type { Site } from '../store/device-registry.ts';
import { timeRows } from '../time/time-of-rows.ts';

export function addExportRoute(app: FastifyInstance, { store }: RouteParts): void {
  const onRequest = requireBearer((tokenHash) => store.siteByResearcherToken(tokenHash));

  app.get(ROUTES.exportEvents, { onRequest }, async (request): Promise<ExportPage> => {
    const { siteId, purpose } = request.getDecorator<Site>(CALLER);
    const { after, limit } = checkFields(request.query, exportQuerySchema, 'queryInvalid');
    // Counted first: what leaves the quarantine after this is in the rows or makes the reader begin again.
    const quarantined = await store.quarantineCount(siteId);
    const rows = await store.eventsAfter(siteId, after, limit);
    return {
      siteId,
      purpose,
      generation: await store.generation(),
      rows: [...(await timeRows(siteId, rows, store))],
      next: rows.length < limit ? null : rows.at(-1)!.log,
      quarantined,
    };
  });

  app.get(ROUTES.exportQuarantine, { onRequest }, async (request): Promise<QuarantinePage> => {
    const { siteId } = request.getDecorator<Site>(CALLER);
    const { after, limit } = checkFields(request.query, quarantineQuerySchema, 'queryInvalid');
    const rows = await store.quarantined(siteId, after, limit);
    return {
      siteId,
      generation: await store.generation(),
      rows: [...rows],
      next: rows.length < limit ? null : after + rows.length,
      quarantined: await store.quarantineCount(siteId),
    };
  });
}
