import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../../sync-server/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'amecs-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a record is one JSON line, on disk when the call returns, for its user only', () => {
  const path = join(folder, 'a.log');
  createLog(path).info({ event: 'batchTaken', stored: 3 });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    level: 'info',
    event: 'batchTaken',
    stored: 3,
  });
  expect(statSync(path).mode & 0o077).toBe(0);
});

test.each(['authorization', 'token', 'dpop', 'privateKeyPem', 'code', 'participantId'])(
  'the value of "%s" never reaches the log',
  (name) => {
    const path = join(folder, `${name}.log`);
    const log = createLog(path);
    log.info({ [name]: 'hush' });
    log.info({ box: { [name]: 'hush' } });
    log.info({ request: { headers: { [name]: 'hush' } } });
    const text = readFileSync(path, 'utf8');
    expect(text.match(/\[redacted\]/g)).toHaveLength(3);
    expect(text).not.toContain('hush');
  },
);
