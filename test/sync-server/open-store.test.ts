import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../sync-server/open-store.ts';
import { StartError } from '../../sync-server/start-error.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('without a database the store is a file that only this user can reach', async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  expect(existsSync(join(dataDir, 'server', 'server.sqlite'))).toBe(true);
  expect(statSync(join(dataDir, 'server')).mode & 0o777).toBe(0o700);
  await store.close();
});

test('a damaged file is told with its path and what to do', async () => {
  const dataDir = temporaryFolder();
  await (await openStore({ dataDir })).close();
  const file = join(dataDir, 'server', 'server.sqlite');
  writeFileSync(file, 'this was a database once, and is none any more');
  await expect(openStore({ dataDir })).rejects.toMatchObject({
    name: 'StartError',
    message: `open ${file}: file is not a database`,
    hint: expect.stringContaining('--data'),
  });
});

test.each(['mysql://localhost/amecs', 'localhost/amecs', 'https://db.example.org'])(
  'a database at %s is refused without being asked',
  async (database) => {
    const opening = openStore({ dataDir: temporaryFolder(), database });
    await expect(opening).rejects.toBeInstanceOf(StartError);
    await expect(opening).rejects.toMatchObject({ hint: expect.stringContaining('--database postgres://') });
  },
);

test('a PostgreSQL that does not answer is told with a hint and without its password', async () => {
  const database = 'postgres://amecs:hunter2@127.0.0.1:9/amecs';
  const fault: StartError = await openStore({ dataDir: temporaryFolder(), database }).catch((error) => error);
  expect(fault).toBeInstanceOf(StartError);
  expect(fault.message).toMatch(/^open 127\.0\.0\.1:9\/amecs: .*ECONNREFUSED/);
  expect(`${fault.message} ${fault.hint}`).not.toContain('hunter2');
});
