/** The sync server without a socket, on a database in memory, with a clock that stands still. */
import type Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { createApp } from '../../sync-server/app.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { canonicalCode, createCode, createToken, hashSecret } from '../../sync-server/secrets.ts';
import type { EventStore } from '../../sync-server/store/event-store.ts';
import { openDatabase } from '../../sync-server/store/sqlite/open-database.ts';
import { createSqliteEventStore } from '../../sync-server/store/sqlite/sqlite-event-store.ts';

export const TEST_SITE = '01900000-0000-7000-8000-000000000001';
export const TEST_TIME_MS = Date.UTC(2026, 0, 2);

export interface TestServer {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly clock: { nowMs: number };
  readonly researcherToken: string;
  createEnrolmentCode(): Promise<string>;
  /** Enrols a box and gives its token. */
  enrolBox(): Promise<string>;
}

/** A server with one site; `database` lets a test start from a snapshot. */
export async function createTestServer(
  database: Database.Database = openDatabase(':memory:'),
): Promise<TestServer> {
  const clock = { nowMs: TEST_TIME_MS };
  const store = createSqliteEventStore(database);
  const researcherToken = createToken();
  if ((await store.sites()).length === 0) {
    await store.createSite({ siteId: TEST_SITE, purpose: 'study' }, clock.nowMs);
  }
  await store.setResearcherToken(TEST_SITE, hashSecret(researcherToken));
  const app = createApp({ store, log: pino({ enabled: false }), now: () => clock.nowMs });
  app.addHook('onClose', () => store.close());

  const createEnrolmentCode = async (): Promise<string> => {
    const code = createCode();
    const expiresAtMs = clock.nowMs + 24 * 3_600_000;
    await store.saveEnrolmentCode({
      siteId: TEST_SITE,
      codeHash: hashSecret(canonicalCode(code)),
      expiresAtMs,
    });
    return code;
  };
  return {
    app,
    store,
    clock,
    researcherToken,
    createEnrolmentCode,
    async enrolBox() {
      const reply = await app.inject({
        method: 'POST',
        url: ROUTES.enrol,
        payload: { protocol: 1, code: await createEnrolmentCode(), enrolmentKey: createToken() },
      });
      return (reply.json() as { deviceToken: string }).deviceToken;
    },
  };
}
