/** The doctor before machines made of files: what it says of each, and what it tells people to do. */
import { describe, expect, test } from 'vitest';
import {
  deviceFile,
  examined,
  LAPTOP,
  type MadeUpMachine,
  PI_3,
  PI_5,
  withFiles,
  withTools,
  ZERO_2,
} from './made-up-machine.ts';

const WIRED = deviceFile({
  gpioPins: { happy: 17, sad: 23 },
  lampPins: { happy: 5, sad: { pwmChip: 0, pwmChannel: 1 } },
});

const verdictsOf = async (...[machine, config]: Parameters<typeof examined>) =>
  Object.fromEntries(
    Object.entries(await examined(machine, config)).map(([check, { verdict }]) => [check, verdict]),
  );

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
    expect(found.rights).toMatchObject({
      verdict: 'good',
      found: 'this user may use the pins and the sound card',
    });
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

  test('is not blamed for what another failed to read', async () => {
    const dmesg = '[ 9.2] I/O error, dev sdb, sector 1\n';
    expect((await examined(withTools(PI_3, { dmesg })))['disk health']?.verdict).toBe('good');
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

  test('one way to the pins is right enough', async () => {
    const { rights } = await examined(ZERO_2, deviceFile({ gpioPins: { happy: 17 } }));
    expect(rights).toMatchObject({ verdict: 'good', found: 'this user may use the pins' });
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
    const denied = ['/sys/class/gpio/export'];
    expect((await examined({ ...PI_3, denied }, WIRED)).lamps?.found).toMatch(
      /^2 lamps stay dark \(happy: this user may not use/,
    );
  });

  test.each<[string, MadeUpMachine, string]>([
    ['are held by perl', withTools(ZERO_2, { perl: '' }), '1 lamp can be lit'],
    [
      'stay dark without perl',
      ZERO_2,
      '1 lamp stays dark (happy: perl, which would hold the pin, is missing)',
    ],
    [
      'stay dark without the right to',
      { ...withTools(ZERO_2, { perl: '' }), denied: ['/dev/gpiochip0'] },
      '1 lamp stays dark (happy: this user may not use /dev/gpiochip0)',
    ],
  ])('lamps on a machine without sysfs %s', async (_, machine, found) => {
    expect((await examined(machine, deviceFile({ lampPins: { happy: 5 } }))).lamps?.found).toBe(found);
  });
});
