/**
 * The embedded server's researcher token: a file only its user can read, and its hash in the store.
 * Deleting the file and restarting the server makes a new token and voids the old one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { bytes32Schema } from './protocol/enrolment.ts';
import { createToken, hashSecret } from './secrets.ts';
import type { DeviceRegistry } from './store/device-registry.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** Makes the token at the first start and keeps it afterwards. */
export async function keepResearcherToken(
  path: string,
  siteId: string,
  store: Pick<DeviceRegistry, 'siteByResearcherToken' | 'setResearcherToken'>,
): Promise<void> {
  const written = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (bytes32Schema.safeParse(written).success) {
    const known = await store.siteByResearcherToken(hashSecret(written));
    if (known?.siteId === siteId) return;
  }
  const token = createToken();
  await store.setResearcherToken(siteId, hashSecret(token));
  writeFileWhole(path, `${token}\n`);
}
