/** The sync server without a socket, on a database in memory, with a clock that stands still. */
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { createApp, type ServerParts } from '../../sync-server/app.ts';
import { createEnrolmentCode } from '../../sync-server/enrolment-code.ts';
import { type EnrolmentAnswer, enrolmentAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { createToken, hashSecret } from '../../sync-server/secrets.ts';
import { openSqliteStore } from '../../sync-server/store/sqlite/sqlite-store.ts';
import type { Store } from '../../sync-server/store/store.ts';
import { createTestBox, type TestBox } from './test-box.ts';

export const TEST_SITE = '01900000-0000-7000-8000-000000000001';
export const TEST_TIME_MS = Date.UTC(2026, 0, 2);

export interface EnrolledTestBox extends TestBox {
  readonly answer: EnrolmentAnswer;
}

export interface TestServer {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly clock: { nowMs: number };
  readonly researcherToken: string;
  createEnrolmentCode(forDeviceId?: string): Promise<string>;
  /** A box that is enrolled: as a new one, or as the one the code is for. */
  enrolBox(code?: string): Promise<EnrolledTestBox>;
}

/** A server with one site; `store` lets a test start from a snapshot, `parts` with other parts. */
export async function createTestServer(store?: Store, parts: Partial<ServerParts> = {}): Promise<TestServer> {
  const clock = { nowMs: TEST_TIME_MS };
  const kept = store ?? (await openSqliteStore(':memory:'));
  const researcherToken = createToken();
  if ((await kept.sites()).length === 0) {
    await kept.createSite({ siteId: TEST_SITE, purpose: 'study' }, clock.nowMs);
  }
  await kept.setResearcherToken(TEST_SITE, hashSecret(researcherToken));
  const app = createApp({ store: kept, log: pino({ enabled: false }), now: () => clock.nowMs, ...parts });
  app.addHook('onClose', () => kept.close());

  const makeCode = (forDeviceId?: string): Promise<string> =>
    createEnrolmentCode(kept, {
      siteId: TEST_SITE,
      nowMs: clock.nowMs,
      ...(forDeviceId === undefined ? {} : { forDeviceId }),
    });
  return {
    app,
    store: kept,
    clock,
    researcherToken,
    createEnrolmentCode: makeCode,
    async enrolBox(code) {
      const box = createTestBox(app);
      const payload = { protocol: PROTOCOL_VERSION, code: code ?? (await makeCode()) };
      const reply = await box.inject({ method: 'POST', url: ROUTES.enrol, payload });
      return { ...box, answer: enrolmentAnswerSchema.parse(reply.json()) };
    },
  };
}
