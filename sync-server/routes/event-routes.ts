/**
 * POST /v1/events: a batch is stored, then acknowledged. GET /v1/cursor: how far the server is with this box.
 */
import type { FastifyInstance } from 'fastify';
import type { RouteParts } from '../app.ts';
import { boxOf } from '../http/box-gate.ts';
import { createIntake } from '../http/intake.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { sortEvents } from '../ingest/sort-events.ts';
import { type Acknowledgement, type CursorAnswer, eventBatchSchema } from '../protocol/event-batch.ts';
import { MAX_BATCH_EVENTS, ROUTES } from '../protocol/protocol-limits.ts';

export function addEventRoutes(app: FastifyInstance, { store, gate, now }: RouteParts): void {
  const hooks = gate.requireBox({ withdrawn: true });
  const takeIn = createIntake();

  app.post(ROUTES.events, hooks, async (request): Promise<Acknowledgement> => {
    const { device, syncPoint } = boxOf(request);
    const { protocol: _, ...batch } = await readMessage(request, eventBatchSchema);
    if (batch.events.length > MAX_BATCH_EVENTS) throw new Refusal('bodyTooLarge');
    const { stored, quarantined, ...outcome } = await takeIn(() =>
      store.append(device, {
        ...batch,
        events: sortEvents(batch),
        receivedAtMs: now(),
        ...(syncPoint === undefined ? {} : { syncPoint }),
      }),
    );
    const { siteId, deviceId } = device;
    request.log.info({
      event: 'batchTaken',
      siteId,
      deviceId,
      sent: batch.events.length,
      stored,
      quarantined: quarantined.length,
      ackedThrough: outcome.ackedThrough,
      isBehind: outcome.isBehind,
    });
    return { ...outcome, quarantined: [...quarantined], generation: await store.generation() };
  });

  app.get(ROUTES.cursor, hooks, async (request): Promise<CursorAnswer> => {
    const { device } = boxOf(request);
    const [heads, generation, downlinkVersion] = await Promise.all([
      store.heads(device),
      store.generation(),
      store.downlinkVersion(device),
    ]);
    return { heads: [...heads], generation, downlinkVersion };
  });
}
