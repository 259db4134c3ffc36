/** A box without a network: its requests to an app are proven as a real box's are, and its nonce is kept. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { createDeviceKey, type DeviceKey } from '../../device/sync/device-key.ts';
import { proofHeaders } from '../../device/sync/proof.ts';
import type { DeviceClocks } from '../../sync-server/protocol/proof.ts';
import { HEADERS } from '../../sync-server/protocol/protocol-limits.ts';

/** Where `app.inject` says it is, unless told otherwise. */
export const TEST_SERVER_URL = 'http://localhost';

export interface TestBox {
  readonly key: DeviceKey;
  /** As `app.inject`, with a proof; an object as payload is sent as JSON. */
  inject(options: InjectOptions & { readonly clocks?: DeviceClocks }): Promise<LightMyRequestResponse>;
}

export function createTestBox(
  app: FastifyInstance,
  key = createDeviceKey(),
  serverUrl = TEST_SERVER_URL,
): TestBox {
  let nonce: string | undefined;

  async function injectOnce(options: InjectOptions, clocks?: DeviceClocks): Promise<LightMyRequestResponse> {
    const { method = 'GET', url, headers, payload } = withBytes(options);
    const request = {
      method: method as 'GET' | 'POST',
      path: String(url),
      ...(payload === undefined ? {} : { body: payload as Buffer }),
    };
    const proof = await proofHeaders(request, serverUrl, key, { nonce, clocks });
    const reply = await app.inject({
      ...options,
      headers: { ...headers, ...proof },
      ...(payload === undefined ? {} : { payload }),
    });
    nonce = String(reply.headers[HEADERS.nonce] ?? nonce);
    return reply;
  }

  return {
    key,
    async inject({ clocks, ...options }) {
      const reply = await injectOnce(options, clocks);
      const isAskedForNonce = reply.statusCode === 401 && reply.json().code === 'nonceRequired';
      return isAskedForNonce ? injectOnce(options, clocks) : reply;
    },
  };
}

/** The body as the bytes that a proof can sign. */
function withBytes(options: InjectOptions): InjectOptions {
  const { payload, headers } = options;
  if (payload === undefined || payload instanceof Uint8Array) return options;
  if (typeof payload === 'string') return { ...options, payload: Buffer.from(payload) };
  return {
    ...options,
    headers: { 'content-type': 'application/json', ...headers },
    payload: Buffer.from(JSON.stringify(payload)),
  };
}
