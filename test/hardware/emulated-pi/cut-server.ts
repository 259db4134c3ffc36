/**
 * The server after a cut box came back to it. It knows a later life of that box than the card does (the box sent more
 * before the plug was pulled): the case of a card restored from a copy.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { chainAfter, type EventRow, rowToEvent } from '../../../device/storage/journal-chain-column.ts';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import { SERVER_FILES } from '../../../sync-server/server-files.ts';
import { findFaultsAfterHealing } from '../../sync-world/checker.ts';
import { readKept } from '../../sync-world/world-server.ts';

/** What the server in `centre` lost, doubled, changed or invented of lives that part, each given as its journal. */
export async function serverFaults(
  centre: string,
  lives: readonly (readonly EventRow[])[],
): Promise<readonly string[]> {
  const database = new Database(join(centre, 'server', SERVER_FILES.database), { readonly: true });
  try {
    const kept = await readKept({
      rows: async (sql) => database.prepare(sql).all() as Record<string, string | number | null>[],
    });
    const deviceId = kept.heads[0]?.deviceId ?? '';
    const journalled = lives.flatMap((rows) =>
      rows.map((row) => ({
        ...{ deviceId, epoch: row.epoch, seq: row.seq },
        body: canonicalJson(rowToEvent(row)),
        link: chainAfter(row),
      })),
    );
    // Both lives were acknowledged whole, by the time this is asked.
    const acknowledged = journalled;
    const never = new Set<string>();
    return findFaultsAfterHealing({
      ...kept,
      ...{ journalled, acknowledged, replayed: never, staysOnCard: never, hasClones: true },
    });
  } finally {
    database.close();
  }
}
