/**
 * POST /v1/events: a batch is stored, then acknowledged. GET /v1/cursor: how far the server is with this box.
 */
import type { FastifyInstance } from 'fastify';
import type { ServerParts } from '../app.ts';
import { CALLER, requireBearer } from '../http/bearer.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { sortEvents } from '../ingest/sort-events.ts';
import { type Acknowledgement, type CursorAnswer, eventBatchSchema } from '../protocol/event-batch.ts';
import { MAX_BATCH_EVENTS, ROUTES } from '../protocol/protocol-limits.ts';
import type { EnrolledDevice } from '../store/event-store.ts';

export function addEventRoutes(app: FastifyInstance, { store, now }: ServerParts): void {
  const onRequest = requireBearer((tokenHash) => store.deviceByToken(tokenHash));

  app.post(ROUTES.events, { onRequest }, async (request): Promise<Acknowledgement> => {
    const device = request.getDecorator<EnrolledDevice>(CALLER);
    const batch = await readMessage(request, eventBatchSchema);
    if (batch.events.length > MAX_BATCH_EVENTS) throw new Refusal('bodyTooLarge');
    const { ackedThrough, stored, quarantined } = await store.append(device, {
      ...batch,
      events: sortEvents(batch),
      receivedAtMs: now(),
    });
    const { siteId, deviceId } = device;
    request.log.info({
      event: 'batchTaken',
      siteId,
      deviceId,
      sent: batch.events.length,
      stored,
      quarantined: quarantined.length,
      ackedThrough,
    });
    return { ackedThrough, generation: await store.generation(), quarantined: [...quarantined] };
  });

  app.get(ROUTES.cursor, { onRequest }, async (request): Promise<CursorAnswer> => {
    const device = request.getDecorator<EnrolledDevice>(CALLER);
    return { ackedThrough: await store.cursor(device), generation: await store.generation() };
  });
}
