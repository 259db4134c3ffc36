/**
 * What comes down to a box. GET /v1/downlink: what it should run with. GET /v1/models/:modelId: a model's bytes.
 * POST /v1/withdrawn: it has erased its child's data.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { RouteParts } from '../app.ts';
import { boxOf } from '../http/box-gate.ts';
import { readMessage } from '../http/read-message.ts';
import { Refusal } from '../http/refusal.ts';
import { type DownlinkAnswer, modelIdSchema, withdrawnRequestSchema } from '../protocol/downlink.ts';
import { ROUTES } from '../protocol/protocol-limits.ts';

/** A confirmation is an order's id and a few bytes. */
const MAX_WITHDRAWN_BYTES = 1_024;

const modelParamsSchema = z.object({ modelId: modelIdSchema });

export function addDownlinkRoutes(app: FastifyInstance, { store, gate }: RouteParts): void {
  // A box whose child was withdrawn must still learn of it, and say that it is done.
  const hooks = gate.requireBox({ withdrawn: true });

  app.get(ROUTES.downlink, hooks, async (request): Promise<DownlinkAnswer> => {
    return store.downlink(boxOf(request).device);
  });

  app.get(ROUTES.model, gate.requireBox(), async (request, reply): Promise<FastifyReply> => {
    const params = modelParamsSchema.safeParse(request.params);
    const { siteId } = boxOf(request).device;
    const bytes = params.success ? await store.modelBytes(siteId, params.data.modelId) : undefined;
    if (bytes === undefined) throw new Refusal('modelUnknown');
    return reply.type('application/octet-stream').send(Buffer.from(bytes));
  });

  app.post(ROUTES.withdrawn, { ...hooks, bodyLimit: MAX_WITHDRAWN_BYTES }, async (request) => {
    const { device } = boxOf(request);
    const { orderId } = await readMessage(request, withdrawnRequestSchema);
    if (!(await store.confirmWithdrawal(device, orderId))) throw new Refusal('orderUnknown');
    const { siteId, deviceId } = device;
    request.log.info({ event: 'withdrawalConfirmed', siteId, deviceId });
    return { orderId };
  });
}
