/** What the doctor says of sound, of what is kept, and of the box itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStorage } from '../../../device/storage/storage.ts';
import { judgeServer } from '../../../provisioning/doctor/checks/record.ts';
import type { ServerAnswer } from '../../../provisioning/doctor/machine.ts';
import { readJournal } from '../../../provisioning/doctor/read-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { deviceFile, examined, type MadeUpMachine, PI_3, withFiles, withTools } from './made-up-machine.ts';

describe('sound', () => {
  const silent = { '/proc/asound/card0/pcm0p/sub0/hw_params': 'closed\n' };
  const shallow = readFileSync('provisioning/box/asound.conf', 'utf8');

  test.each<[string, MadeUpMachine, string, string, RegExp]>([
    [
      'a deep buffer',
      withFiles(PI_3, {
        '/proc/asound/card0/pcm0p/sub0/hw_params':
          'rate: 48000 (48000/1)\nperiod_size: 1024\nbuffer_size: 16384\n',
      }),
      'buffer',
      'look',
      /341 ms/,
    ],
    ['no asound.conf', withFiles(PI_3, silent), 'buffer', 'look', /not in its place/],
    [
      'our asound.conf',
      withFiles(PI_3, { ...silent, '/etc/asound.conf': shallow }),
      'buffer',
      'good',
      /2048 frames \(46 ms\)/,
    ],
    [
      'a muted card',
      withTools(PI_3, {
        amixer: `Simple mixer control 'PCM',0\n  Capabilities: pvolume pswitch\n  Mono: Playback 0 [77%] [0.00dB] [off]\n`,
      }),
      'volume',
      'look',
      /switched off/,
    ],
    ['no aplay', { ...PI_3, tools: {} }, 'sound card', 'broken', /nothing to play with/],
    [
      'the first card pulled',
      withFiles(PI_3, { '/proc/asound/cards': ' 1 [USB  ]: USB-Audio\n' }),
      'sound card',
      'broken',
      /USB found, but programs play to card 0/,
    ],
    [
      'a card that is not there',
      withFiles(PI_3, { '/etc/asound.conf': 'defaults.pcm.card USB' }),
      'sound card',
      'broken',
      /Headphones and vc4hdmi found, but programs play to card USB/,
    ],
  ])('with %s', async (_, machine, check, verdict, words) => {
    expect((await examined(machine))[check]).toMatchObject({ verdict, found: expect.stringMatching(words) });
  });
});

describe('the volume of a card', () => {
  const output = (name: string, level: string, capabilities = 'pvolume pswitch'): string =>
    `Simple mixer control '${name}',0\n  Capabilities: ${capabilities}\n  Limits: Playback 0 - 37\n  Mono:\n  Front Left: Playback 20 ${level}\n`;

  test.each([
    ['is good when all is on', output('Speaker', '[54%] [-17.00dB] [on]'), '“Speaker” at 54 %'],
    [
      'does not mind a socket that is off',
      output('Master', '[60%] [on]') + output('Headphone', '[0%] [off]'),
      '“Master” at 60 %',
    ],
    [
      'does not mind what is let through from a microphone',
      output('Speaker', '[54%] [on]') +
        output('Mic', '[74%] [off] Capture 12 [60%] [on]', 'pvolume cvolume pswitch'),
      '“Speaker” at 54 %',
    ],
    [
      'wants a look when all goes through what is at 0',
      output('PCM', '[0%] [on]') + output('Speaker', '[54%] [on]'),
      '“PCM” is at 0 %',
    ],
    ['wants a look when nothing is on', output('Speaker', '[54%] [off]'), '“Speaker” is switched off'],
    ['may be nobody’s to set', '', 'this card has no volume of its own'],
  ])('%s', async (_, amixer, found) => {
    expect((await examined(withTools(PI_3, { amixer }))).volume?.found).toBe(found);
  });
});

describe('the record', () => {
  async function journal(): Promise<string> {
    const path = join(temporaryFolder(), 'device.sqlite');
    const storage = await openStorage({ path, bootId: BOOT_ID, clock: createFakeClock() });
    await storage.append(
      {
        kind: 'selected',
        pressId: 1,
        button: 'calm',
        emotion: 'calm',
        songId: 'a'.repeat(64),
        positionMs: 1,
        predicted: [0.25, 0.25, 0.25, 0.25],
      },
      1,
    );
    await storage.close();
    return path;
  }
  const on = (path: string): MadeUpMachine => ({ ...PI_3, more: { readJournal: () => readJournal(path) } });
  const SERVED = deviceFile({ server: { url: 'https://centre.example' } });

  test('a sound database is counted, with what waits for the server', async () => {
    expect((await examined(on(await journal()), SERVED)).database).toMatchObject({
      verdict: 'good',
      found: expect.stringMatching(/^sound, 1 event, 1 waits for the server, \d+ kB, schema 2$/),
    });
  });

  test('a damaged database is told, with what to save first', async () => {
    const path = await journal();
    writeFileSync(path, readFileSync(path).fill(0xa5, 4096));
    expect((await examined(on(path))).database).toMatchObject({ verdict: 'broken', found: 'damaged' });
  });

  test('one that a box has set aside wants a look', async () => {
    const path = await journal();
    writeFileSync(`${path}.damaged-1746000000000`, '');
    expect((await examined(on(path))).database).toMatchObject({ verdict: 'look' });
  });

  test('another file in its place is not taken for it', async () => {
    const path = join(temporaryFolder(), 'device.sqlite');
    writeFileSync(path, 'notes');
    expect((await examined(on(path))).database?.found).toContain('not the database of a box');
  });

  test('a music folder that is not there is broken; songs in it are counted', async () => {
    const config = deviceFile({ musicFolder: '/media/stick' });
    expect((await examined(PI_3, config)).music?.verdict).toBe('broken');
    const stick = withFiles(PI_3, { '/media/stick/a.mp3': '', '/media/stick/b/c.flac': '' });
    expect((await examined(stick, config)).music).toMatchObject({
      verdict: 'good',
      found: '2 files in the music folder',
    });
  });

  test.each<[string, MadeUpMachine, string, RegExp]>([
    ['without enrolment', PI_3, 'look', /not enrolled, the server does not answer \(no network\)/],
    [
      'with a damaged key',
      withFiles(PI_3, { '/var/lib/amecs/device/identity.json': '{' }),
      'broken',
      /damaged/,
    ],
  ])('a server %s', async (_, machine, verdict, words) => {
    expect((await examined(machine, SERVED)).server).toMatchObject({
      verdict,
      found: expect.stringMatching(words),
    });
  });
});

describe('an enrolled box', () => {
  const answered = { kind: 'answered', isHealthy: true, serverMs: 5e8, wallMs: 5e8 } as const;

  test.each<[ServerAnswer, string, RegExp]>([
    [answered, 'good', /^enrolled, the server answers, its clock and ours agree$/],
    [{ ...answered, wallMs: 5e8 - 30_000 }, 'good', /30 seconds ahead of ours/],
    [{ ...answered, wallMs: 5e8 + 3 * 3_600_000 }, 'look', /3 hours behind ours/],
    [{ ...answered, wallMs: 0 }, 'look', /6 days ahead of ours/],
    [{ ...answered, isHealthy: false }, 'look', /not well/],
    [{ kind: 'stranger', status: 302 }, 'look', /something else answers .*302/],
    [{ kind: 'silence', reason: 'no network' }, 'look', /does not answer \(no network\)/],
  ])('whose server is %j', (answer, verdict, words) => {
    expect(judgeServer(answer)).toMatchObject({ verdict, found: expect.stringMatching(words) });
  });
});

describe('the box', () => {
  const running = (pid: number, data: string) => ({
    [`/proc/${pid}/cmdline`]: `/usr/bin/node\0/opt/amecs/dist/provisioning/cli/amecs.js\0device\0--data\0${data}\0`,
  });
  const unit = (state: string, restarts: number) => ({
    systemctl: `LoadState=loaded\nActiveState=${state}\nNRestarts=${restarts}\n`,
  });

  test.each<[string, MadeUpMachine, string]>([
    [
      'that runs is good',
      withFiles(withTools(PI_3, unit('active', 1)), running(71, '/var/lib/amecs')),
      'good',
    ],
    [
      'that runs beside one with other data is good',
      withFiles(PI_3, { ...running(71, '/var/lib/amecs'), ...running(72, '/srv/other') }),
      'good',
    ],
    [
      'that runs twice wants a look',
      withFiles(PI_3, { ...running(71, '/var/lib/amecs'), ...running(72, '/var/lib/amecs') }),
      'look',
    ],
    [
      'that was started again often wants a look',
      withFiles(withTools(PI_3, unit('active', 40)), running(71, '/var/lib/amecs')),
      'look',
    ],
    ['whose service failed is broken', withTools(PI_3, unit('failed', 5)), 'broken'],
    ['whose service is stopped wants a look', withTools(PI_3, unit('inactive', 0)), 'look'],
  ])('%s', async (_, machine, verdict) => {
    expect((await examined(machine)).box).toMatchObject({ verdict });
  });
});
