/** `amecs server code`, `boxes` and `revoke`, beside a server that runs on the same folder. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrol } from '../../../../device/sync/enrolment.ts';
import type { Identity } from '../../../../device/sync/identity-file.ts';
import type { Command } from '../../../../provisioning/cli/command.ts';
import { boxesCommand } from '../../../../provisioning/cli/server/boxes-command.ts';
import { codeCommand } from '../../../../provisioning/cli/server/code-command.ts';
import { revokeCommand } from '../../../../provisioning/cli/server/revoke-command.ts';
import { type RunningServer, startServer } from '../../../../sync-server/main.ts';
import { runAmecs } from '../../../support/amecs-process.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { callsOf } from '../../../support/server-calls.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'amecs-server-'));
let server: RunningServer;
let identity: Identity;

beforeAll(async () => {
  server = await startServer({ dataDir, port: 0 });
  identity = await joinWith(await server.createEnrolmentCode());
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function joinWith(code: string): Promise<Identity> {
  const outcome = await enrol({ serverUrl: server.url, code });
  if (outcome.kind !== 'enrolled') throw new Error(outcome.reason);
  return outcome.identity;
}

async function run(command: Command, ...argv: string[]) {
  const terminal = createRecordingTerminal();
  const exitCode = await command.run(['--data', dataDir, ...argv], terminal);
  return { exitCode, out: terminal.outLines, error: terminal.errorLines.join('\n') };
}

/** What the server answers the box. */
async function answerTo(box: Identity): Promise<string> {
  const result = await callsOf(box)(new AbortController().signal).cursor();
  return result.kind === 'refusal' ? result.problem.code : result.kind;
}

describe('amecs server', () => {
  test('code prints a code, and nothing else, with which another box enrols', async () => {
    const { exitCode, out } = await run(codeCommand);
    expect([exitCode, out]).toEqual([0, [expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/)]]);
    const box = await joinWith(out[0]!);
    expect(box.deviceId).not.toBe(identity.deviceId);
    expect(await answerTo(box)).toBe('answer');
  });

  test('boxes tells each box with its participant and when it was heard', async () => {
    const { out } = await run(boxesCommand);
    expect(out[0]).toMatch(/^box +participant +status +enrolled +last heard +events$/);
    const line = out.find((each) => each.startsWith(identity.deviceId));
    expect(line).toContain(identity.participantId);
    expect(line).toMatch(/active +\d{4}-\d\d-\d\d \d\d:\d\d +never +0$/);
    const boxes = JSON.parse((await run(boxesCommand, '--json')).out.join('\n'));
    expect(boxes).toContainEqual(expect.objectContaining({ deviceId: identity.deviceId, status: 'active' }));
  });

  test('revoke takes a box off at once, and code --for takes it back as the same box', async () => {
    const revoked = await run(revokeCommand, identity.deviceId.slice(-12));
    expect(revoked.out).toEqual([expect.stringContaining(`Box ${identity.deviceId} is revoked.`)]);
    expect(await answerTo(identity)).toBe('deviceRevoked');
    const { out } = await run(codeCommand, '--for', identity.deviceId);
    const again = await joinWith(out[0]!);
    expect(again).toMatchObject({ deviceId: identity.deviceId, participantId: identity.participantId });
    expect([await answerTo(again), await answerTo(identity)]).toEqual(['answer', 'keyUnknown']);
  });

  test.each([
    ['none', ['ffffffffffff'], /There is no box "ffffffffffff"\. .*amecs server boxes/],
    ['more than one', ['01'], /"01" can mean 2 boxes/],
    ['not named', [], /Name one box: amecs server revoke BOX/],
    ['two at once', ['a', 'b'], /Name one box/],
  ])('revoke names no box: %s', async (_, argv, sentence) => {
    await expect(run(revokeCommand, ...argv)).rejects.toThrow(sentence);
  });

  test('says where there is no server yet, and makes none', async () => {
    const terminal = createRecordingTerminal();
    const empty = temporaryFolder();
    expect(await boxesCommand.run(['--data', empty], terminal)).toBe(1);
    expect(terminal.errorLines.join('\n')).toMatch(/No server has run here yet/);
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe('amecs, as typed,', () => {
  test.each([
    ['the help of a sub-command', ['server', 'code', '--help'], /Usage: amecs server code/, 0],
    ['the help of the command above it', ['server', '--help'], /^ {2}revoke BOX /m, 0],
    ['a sub-command there is not', ['server', 'dance'], /no command "dance" of amecs server/, 2],
    ['a name every object has', ['constructor'], /no command "constructor" of amecs\b/, 2],
  ])('answers %s', async (_, argv, sentence, exitCode) => {
    const { code, output } = await runAmecs(argv);
    expect(output).toMatch(sentence);
    expect(code).toBe(exitCode);
  });
});
