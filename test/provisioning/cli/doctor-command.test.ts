/** `amecs doctor` as a user types it, on this machine, whatever that is. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../provisioning/cli/command.ts';
import { doctorCommand } from '../../../provisioning/cli/doctor-command.ts';
import { NO_ANSWERS } from '../../../provisioning/doctor/all-checks.ts';
import { runAmecs } from '../../support/amecs-process.ts';
import { createRecordingTerminal } from '../../support/recording-terminal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('amecs doctor', () => {
  test('names every check, and breaks nothing where there is nothing', async () => {
    const data = join(temporaryFolder(), 'data');
    const { code, output } = await runAmecs(['doctor', '--data', data, '--json']);
    const { findings } = JSON.parse(output) as {
      findings: { check: string; verdict: string; found: string }[];
    };
    expect(findings.map(({ check }) => check)).toEqual(NO_ANSWERS.map(({ check }) => check));
    expect(findings.filter(({ found }) => found === 'no answer in time')).toEqual([]);
    expect(findings.find(({ check }) => check === 'database')?.verdict).toBe('notHere');
    expect(code).toBe(findings.some(({ verdict }) => verdict === 'broken') ? 1 : 0);
  });

  test('ends with 1 for a database that is damaged, which stays as it is, and keeps secrets to itself', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'device'));
    const database = Buffer.concat([Buffer.from('SQLite format 3\0', 'latin1'), Buffer.alloc(8176, 0xa5)]);
    writeFileSync(join(folder, 'device', 'device.sqlite'), database);
    const config = join(folder, 'device.json');
    const server = { url: 'http://127.0.0.1:9', enrolmentCode: 'ABCD-EFGH-JKMN' };
    const buttons = ['happy', 'sad'].map((id) => ({ id, label: 'Ada Byron', emotion: id, colour: 'blue' }));
    writeFileSync(config, JSON.stringify({ server, buttons, sound: 'silent' }));
    const before = readdirSync(folder, { recursive: true });

    const { code, output } = await runAmecs(['doctor', '--data', folder, '--config', config, '--lamps']);

    expect(code).toBe(1);
    expect(output).toMatch(/^BROKEN +database +\S/m);
    expect(output).toMatch(/^look +server +not enrolled yet, the server does not answer/m);
    expect(output).toContain('no lamps');
    expect(output).not.toMatch(/ABCD|Ada/);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(readFileSync(join(folder, 'device', 'device.sqlite'))).toEqual(database);
  });

  test('answers mistakes in how it is called with a sentence', async () => {
    const terminal = createRecordingTerminal();
    await expect(doctorCommand.run(['--fast'], terminal)).rejects.toThrow(UsageError);
    expect(await doctorCommand.run(['--config', '/nowhere.json'], terminal)).toBe(2);
    expect(terminal.errorLines).toEqual([expect.stringContaining('/nowhere.json cannot be read')]);
  });
});
