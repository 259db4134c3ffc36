/** The doctor before machines made of files: what it says of each, and what it tells people to do. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStorage } from '../../../device/storage/storage.ts';
import { readJournal } from '../../../provisioning/doctor/read-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { BOOT_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { deviceFile, examined, LAPTOP, type MadeUpMachine, PI_3, PI_5, ZERO_2 } from './made-up-machine.ts';

const WIRED = deviceFile({
  gpioPins: { happy: 17, sad: 23 },
  lampPins: { happy: 5, sad: { pwmChip: 0, pwmChannel: 1 } },
});

const verdictsOf = async (...[machine, config]: Parameters<typeof examined>) =>
  Object.fromEntries(
    Object.entries(await examined(machine, config)).map(([check, { verdict }]) => [check, verdict]),
  );

const withFiles = (machine: MadeUpMachine, files: Record<string, string>): MadeUpMachine => ({
  ...machine,
  files: { ...machine.files, ...files },
});

const withTools = (machine: MadeUpMachine, tools: Record<string, string>): MadeUpMachine => ({
  ...machine,
  tools: { ...machine.tools, ...tools },
});

describe('a laptop', () => {
  test('has nothing broken, and what it lacks is calmly not here', async () => {
    expect(await verdictsOf(LAPTOP)).toEqual({
      computer: 'good',
      power: 'notHere',
      memory: 'good',
      clock: 'good',
      'disk space': 'good',
      'disk health': 'notHere',
      rights: 'notHere',
      pins: 'notHere',
      encoders: 'notHere',
      keyboards: 'notHere',
      lamps: 'notHere',
      'sound card': 'notHere',
      buffer: 'notHere',
      volume: 'notHere',
      box: 'notHere',
      database: 'notHere',
      music: 'notHere',
      server: 'notHere',
    });
  });
});

test('a laptop whose sound card cannot be used is not broken: there is the browser to listen with', async () => {
  const card = withFiles(LAPTOP, {
    '/proc/asound/cards': ' 0 [PCH  ]: HDA-Intel\n',
    '/dev/snd/pcmC0D0p': '',
  });
  const verdicts = await verdictsOf({ ...card, denied: ['/dev/snd/pcmC0D0p'] });
  expect(verdicts).toMatchObject({ rights: 'look', 'sound card': 'look' });
  expect(Object.values(verdicts)).not.toContain('broken');
});

describe('a Raspberry Pi', () => {
  test('3 with buttons and lamps on its header is well', async () => {
    const pi = withFiles(PI_3, {
      '/sys/class/pwm/pwmchip0/npwm': '2\n',
      '/sys/class/pwm/pwmchip0/export': '',
    });
    const found = await examined(pi, WIRED);
    expect(found.computer?.found).toContain('Raspberry Pi 3 Model B Plus Rev 1.3, 64-bit');
    expect(found.pins).toMatchObject({
      verdict: 'good',
      found: expect.stringContaining('count from 512, 2 used'),
    });
    expect(found.lamps).toMatchObject({ verdict: 'good', found: '2 lamps can be lit' });
    expect(found.power).toMatchObject({ verdict: 'good', found: 'enough since the start, 52 °C' });
    expect(found['sound card']?.found).toContain('Headphones, played by aplay');
    expect(found.buffer).toMatchObject({ verdict: 'good', found: expect.stringContaining('(46 ms)') });
    expect(found.volume).toMatchObject({ verdict: 'good', found: '“PCM” at 77 %' });
    expect(Object.values(found).filter(({ verdict }) => verdict === 'broken')).toEqual([]);
  });

  test('5 has its header elsewhere, a clock chip, and the screen as its first card', async () => {
    const found = await examined(PI_5, WIRED);
    expect(found.pins?.found).toContain('pinctrl-rp1, its pins count from 571');
    expect(found.clock?.found).toContain('with a clock chip');
    expect(found['sound card']).toMatchObject({
      verdict: 'look',
      commands: ['provisioning/box/asound.conf'],
    });
  });

  test('5 whose asound.conf names the other card plays there', async () => {
    const conf = 'defaults.pcm.!card "Device"\ndefaults.ctl.!card "Device"\n';
    const found = await examined(withFiles(PI_5, { '/etc/asound.conf': conf }));
    expect(found['sound card']).toMatchObject({
      verdict: 'good',
      found: expect.stringContaining('Device, played by'),
    });
  });

  test('Zero 2 without sysfs is heard through gpiomon; it has little memory and no sound', async () => {
    const found = await examined(ZERO_2, deviceFile({ gpioPins: { happy: 17 } }));
    expect(found.pins).toMatchObject({
      verdict: 'good',
      found: expect.stringContaining('by gpiomon 2, 1 used'),
    });
    expect(found.memory?.verdict).toBe('look');
    expect(found['sound card']).toMatchObject({ verdict: 'broken' });
  });

  test('with 32-bit programs is told to take the 64-bit system', async () => {
    const more = { architecture: 'arm', kernelMachine: 'aarch64' };
    expect((await examined({ ...PI_3, more })).computer).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining('32-bit programs on a 64-bit kernel'),
    });
  });

  test.each([
    ['0x50005', 'broken', /at this moment/],
    ['0x50000', 'look', /since the start/],
    ['0x20002', 'look', /slowed down by heat/],
    ['0x80000', 'look', /heat since the start/],
  ])('that reports %s of its power is %s', async (flags, verdict, words) => {
    const { power } = await examined(withTools(PI_3, { 'vcgencmd get_throttled': `throttled=${flags}\n` }));
    expect(power).toMatchObject({ verdict, found: expect.stringMatching(words) });
  });

  test.each([
    ['/sys/devices/platform/soc/soc:firmware/get_throttled', '50000\n'],
    ['/sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled', '50000\n'],
  ])('without vcgencmd is asked through %s', async (path, text) => {
    const { power } = await examined({ ...withFiles(PI_3, { [path]: text }), tools: {} });
    expect(power?.verdict).toBe('look');
  });
});

describe('a disk', () => {
  test.each<[string, Partial<MadeUpMachine>, string, string]>([
    ['that is full', { space: { freeBytes: 12e6 } }, 'disk space', 'broken'],
    ['that is nearly full', { space: { freeBytes: 200e6 } }, 'disk space', 'look'],
    ['that holds no more files', { space: { freeFiles: 0 } }, 'disk space', 'broken'],
    [
      'that became read-only',
      withFiles(PI_3, {
        '/proc/self/mountinfo': '23 1 179:2 / / ro,noatime shared:1 - ext4 /dev/mmcblk0p2 ro\n',
      }),
      'disk health',
      'broken',
    ],
    [
      'with errors',
      withFiles(PI_3, { '/sys/fs/ext4/mmcblk0p2/errors_count': '3\n' }),
      'disk health',
      'broken',
    ],
    [
      'that failed to read',
      withTools(PI_3, {
        dmesg:
          '[ 9.1] I/O error, dev mmcblk0, sector 81920 op 0x0:(READ)\n[ 9.2] I/O error, dev sdb, sector 1\n',
      }),
      'disk health',
      'broken',
    ],
    [
      'that is worn',
      withFiles(PI_3, { '/sys/block/mmcblk0/device/life_time': '0x01 0x09\n' }),
      'disk health',
      'look',
    ],
    [
      'whose life is over',
      withFiles(PI_3, {
        '/sys/block/mmcblk0/device/life_time': '0x0b 0x0b\n',
        '/sys/block/mmcblk0/device/pre_eol_info': '0x01\n',
      }),
      'disk health',
      'broken',
    ],
    [
      'in its youth',
      withFiles(PI_3, { '/sys/block/mmcblk0/device/life_time': '0x01 0x02\n' }),
      'disk health',
      'good',
    ],
  ])('%s', async (_, parts, check, verdict) => {
    const found = (await examined({ ...PI_3, ...parts }))[check];
    expect(found).toMatchObject({ verdict });
    if (verdict !== 'good') expect(found?.hint).toBeTruthy();
  });

  test('on which another is mounted is not mistaken for it', async () => {
    const mounts =
      '23 1 179:2 / / ro - ext4 /dev/mmcblk0p2 ro\n31 23 8:1 / /var/lib/amecs rw - ext4 /dev/sda1 rw\n';
    const pi = withFiles(PI_3, {
      '/proc/self/mountinfo': mounts,
      '/sys/dev/block/8:1/uevent': 'DEVNAME=sda1\n',
    });
    expect((await examined(pi))['disk health']?.found).toBe('sda1 (ext4), no errors');
  });
});

describe('hands and rights', () => {
  test('a user outside the groups is told which to join', async () => {
    const denied = ['/dev/gpiochip0', '/sys/class/gpio/export', '/dev/snd/pcmC0D0p'];
    const found = await examined({ ...PI_3, denied }, WIRED);
    expect(found.rights).toMatchObject({
      verdict: 'broken',
      found: 'this user may not use the pins and the sound card',
      commands: ['sudo usermod -aG gpio,audio USER', 'provisioning/box/60-amecs.rules'],
    });
    expect(found.pins).toMatchObject({
      verdict: 'broken',
      found: expect.stringContaining('may not use /sys/class/gpio'),
    });
  });

  const ENCODER = {
    '/sys/class/hidraw/hidraw0/device/uevent':
      'DRIVER=hid-generic\nHID_ID=0003:00000079:00000006\nHID_NAME=Encoder\n',
    '/dev/hidraw0': '',
  };
  const contacts = [{ button: 'happy', byte: 5, mask: 16, value: 16 }];
  const ENCODED = deviceFile({ hid: [{ device: '0079:0006', contacts }] });

  test.each<[string, MadeUpMachine, string]>([
    ['plugged in is good', { ...withFiles(PI_3, ENCODER), packages: ['node-hid'] }, 'good'],
    ['not plugged in wants a look', { ...PI_3, packages: ['node-hid'] }, 'look'],
    [
      'that may not be opened is broken',
      { ...withFiles(PI_3, ENCODER), packages: ['node-hid'], denied: ['/dev/hidraw0'] },
      'broken',
    ],
    ['without the package is broken', withFiles(PI_3, ENCODER), 'broken'],
  ])('an encoder %s', async (_, machine, verdict) => {
    expect((await examined(machine, ENCODED)).encoders).toMatchObject({ verdict });
  });

  const KEYBOARD = withFiles(PI_3, {
    '/proc/bus/input/devices':
      'I: Bus=0003 Vendor=046d Product=c31c Version=0110\nN: Name="Switch box"\nH: Handlers=sysrq kbd event3 leds\n',
    '/dev/input/event3': '',
  });
  const SWITCHED = deviceFile({ keyboards: [{ device: '046d:c31c', keys: [{ button: 'calm', code: 57 }] }] });

  test.each<[string, MadeUpMachine, string]>([
    ['is good', withTools(KEYBOARD, { perl: '' }), 'good'],
    ['cannot be kept from the console without perl', KEYBOARD, 'broken'],
    ['may not be read', { ...withTools(KEYBOARD, { perl: '' }), denied: ['/dev/input/event3'] }, 'broken'],
    ['is not plugged in', withTools(PI_3, { perl: '' }), 'look'],
  ])('a switch box %s', async (_, machine, verdict) => {
    expect((await examined(machine, SWITCHED)).keyboards).toMatchObject({ verdict });
  });

  test('lamps on a PWM channel there is not stay dark, and it says which', async () => {
    expect((await examined(PI_3, WIRED)).lamps).toMatchObject({
      verdict: 'broken',
      found: '1 lamp stays dark (sad: there is no PWM chip 0)',
    });
  });
});

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
      'a card that is not there',
      withFiles(PI_3, { '/etc/asound.conf': 'defaults.pcm.card USB' }),
      'sound card',
      'broken',
      /asks for “USB”/,
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
