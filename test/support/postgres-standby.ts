/** A streaming standby of a PostgreSQL server, kept in step synchronously: what the primary has committed, it has too. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresServer, queryOnce } from './postgres-server.ts';
import { until } from './until.ts';

const NAME = 'standby';

/** Copies the primary while it runs, as a base backup does; the copy is to stream from it through the port `via`. */
export async function copyForStandby(primary: PostgresServer, folder: string, via: number): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  await client.query("SELECT pg_backup_start('standby', true)");
  // Ownership is kept: the server runs as a user of its own. Files may vanish and change meanwhile; the log repairs that.
  execFileSync('cp', ['-a', primary.folder, folder]);
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
  await client.end();
  rmSync(join(folder, 'postmaster.pid'), { force: true });
  writeFileSync(join(folder, 'backup_label'), rows[0].labelfile);
  writeFileSync(join(folder, 'standby.signal'), '');
  const from = `host=127.0.0.1 port=${via} user=postgres password=password application_name=${NAME}`;
  writeFileSync(join(folder, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`);
  for (const name of ['backup_label', 'standby.signal', 'postgresql.auto.conf']) {
    execFileSync('chown', ['--reference', join(folder, 'PG_VERSION'), join(folder, name)]);
  }
}

/** From here on the primary answers a commit only when the standby has flushed it. */
export async function waitForStandby(primary: PostgresServer): Promise<void> {
  await queryOnce(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '${NAME}'`);
  await queryOnce(primary.url, 'SELECT pg_reload_conf()');
  await until('the standby to be synchronous', async () => {
    const [standby] = await queryOnce(primary.url, 'SELECT sync_state FROM pg_stat_replication');
    return standby?.sync_state === 'sync' ? true : undefined;
  });
}

/** Until a commit on the primary waits for the standby, which cannot be reached. */
export function untilCommitWaits(primary: PostgresServer): Promise<unknown> {
  return until('a commit that waits for the standby', async () => {
    const waiting = await queryOnce(
      primary.url,
      "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
    );
    return waiting.length > 0 ? true : undefined;
  });
}

/** Makes the standby the primary; resolves once it takes writes. */
export async function promote(standby: PostgresServer): Promise<void> {
  const [promoted] = await queryOnce(standby.url, 'SELECT pg_promote(true, 30) AS done');
  if (promoted?.done !== true) throw new Error('the standby was not promoted within 30 s');
}

/** Ends the server as a power cut of its machine does. */
export function killPostgres(server: PostgresServer): void {
  process.kill(
    Number(readFileSync(join(server.folder, 'postmaster.pid'), 'utf8').split('\n', 1)[0]),
    'SIGKILL',
  );
}
