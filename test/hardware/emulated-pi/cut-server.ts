/**
 * The server after a cut box came back to it. It knows a later life of that box than the card does (the box sent more
 * before the plug was pulled): the case of a card restored from a copy.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { chainAfter, type EventRow, rowToEvent } from '../../../device/storage/journal-chain-column.ts';
import { canonicalJson } from '../../../sync-server/protocol/canonical-json.ts';
import { SERVER_FILES } from '../../../sync-server/server-files.ts';
import { bodyKey, findFaultsAfterHealing, type PlacedBody } from '../../sync-world/checker.ts';
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
      rows.map((row) => ({ ...placedIn(deviceId, row), link: chainAfter(row) })),
    );
    // Written when nothing is sent any more: it goes with the next start.
    const goodbyes = lives.flatMap((rows) => rows.slice(-1)).filter(({ kind }) => kind === 'shutDown');
    const staysOnCard = new Set(goodbyes.map((row) => bodyKey(placedIn(deviceId, row))));
    const acknowledged = journalled.filter((event) => !staysOnCard.has(bodyKey(event)));
    const replayed = new Set<string>();
    return findFaultsAfterHealing({
      ...kept,
      ...{ journalled, acknowledged, replayed, staysOnCard, hasClones: true },
    });
  } finally {
    database.close();
  }
}

function placedIn(deviceId: string, row: EventRow): PlacedBody {
  return { deviceId, epoch: row.epoch, seq: row.seq, body: canonicalJson(rowToEvent(row)) };
}
