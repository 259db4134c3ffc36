/** Real small programs instead of the machine's: what our pipes and our back-off do with them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createKeyReader, type KeyRecord } from '../../../device/core/key-records.ts';
import type { ContactChange } from '../../../device/core/press-filter.ts';
import { createLineCutter, type StartProgram, startProgram } from '../../../device/hardware/child-program.ts';
import { parseKeyboards, readKeyboard } from '../../../device/hardware/keyboard-nodes.ts';
import { openHands } from '../../../device/hardware/open-hands.ts';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { keyRecord } from './buttons-rigs.ts';

const read = (command: string, args: readonly string[]) => {
  let output = '';
  let reason: string | undefined;
  const process = startProgram({
    command,
    args,
    onOutput: (bytes) => {
      output += bytes.toString();
    },
    onEnd: (why) => {
      reason = why;
    },
  });
  onTestFinished(() => process.close());
  return { process, output: () => output || undefined, reason: () => reason };
};

describe('a program that is read', () => {
  test.each([
    ['is not there', 'amecs-no-such-program', [], 'there is no "amecs-no-such-program" here'],
    ['complains', 'sh', ['-c', 'echo "no such line" >&2; exit 1'], 'no such line'],
    ['just ends', 'sh', ['-c', 'exit 3'], 'sh ended (exit code 3)'],
  ])('that %s tells why', async (_, command, args, reason) => {
    const reading = read(command, args);
    expect(await until('the reason', reading.reason)).toBe(reason);
  });

  test('that we close says nothing', async () => {
    const reading = read('sh', ['-c', 'echo here; cat']);
    await until('its first words', reading.output);
    reading.process.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reading.reason()).toBeUndefined();
  });

  test('that is asked to finish does what it was told first', async () => {
    const path = join(temporaryFolder(), 'said');
    const reading = read('sh', [
      '-c',
      `while read line; do sleep 0.02; echo "$line" >> "${path}"; done; sleep 9`,
    ]);
    reading.process.write('set 5=1');
    reading.process.write('set 5=0');
    reading.process.finish();
    await until('both lines', () =>
      existsSync(path) && readFileSync(path, 'utf8') === 'set 5=1\nset 5=0\n' ? true : undefined,
    );
    expect(reading.reason()).toBeUndefined();
  });

  test('may cut its lines anywhere', () => {
    const lines: string[] = [];
    const cut = createLineCutter((line) => lines.push(line));
    for (const part of ['17 0 1', '.5\n2', '2 1 2.5\n', '\n']) cut(Buffer.from(part));
    expect(lines).toEqual(['17 0 1.5', '22 1 2.5', '']);
  });
});

/** A `gpiomon` of our own first on the path: plays its script once each time it is started. */
function gpiodFolder(script: string): string {
  const folder = temporaryFolder();
  const tools = {
    gpiomon: `[ "$1" = --version ] && { echo "gpiomon (libgpiod) v2.2.1"; exit; }\necho "$@" >> "${folder}/calls"\n${script}`,
    gpiodetect: 'echo "gpiochip0 [pinctrl-bcm2711] (58 lines)"',
  };
  for (const [name, text] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  return folder;
}

test('where the kernel has no sysfs, gpiomon is found, read, and started again when it dies', async () => {
  const folder = gpiodFolder('echo "17 2 0.0"; echo "17 1 0.0"; sleep 0.1; echo "line gone" >&2; exit 1');
  const changes: ContactChange[] = [];
  const told: string[] = [];
  const hands = await openHands({
    settings: { gpioPins: { happy: 17 } },
    clock: systemClock,
    tell: (sentence) => void told.push(sentence),
    edges: { chip: { kind: 'missing', reason: 'this kernel has no /sys/class/gpio' } },
  });
  const [pins] = hands.contacts;
  pins!.onChange((change) => changes.push(change));
  await until('two presses', () => (changes.length >= 4 ? true : undefined));
  await pins!.close();
  expect(changes.slice(0, 4).map(({ isClosed }) => isClosed)).toEqual([true, false, true, false]);
  expect(told[0]).toMatch(/not heard for the moment: line gone/);
  expect(readFileSync(join(folder, 'calls'), 'utf8').split('\n')[0]).toBe(
    '--bias=pull-up --edges=both --format=%o %e %S --chip=gpiochip0 17',
  );
});

test('what a program says last is its own reason, whatever languages this machine has', async () => {
  const before = process.env.LC_ALL;
  process.env.LC_ALL = 'xx_YY.UTF-8';
  onTestFinished(() => {
    if (before === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = before;
  });
  let reason: string | undefined;
  startProgram({
    command: 'perl',
    args: ['-e', 'die "is gone\\n"'],
    onOutput: () => {},
    onEnd: (why) => {
      reason = why;
    },
  });
  expect(await until('its end', () => reason)).toBe('is gone');
});

describe('a keyboard', () => {
  test('is read record by record from its node', async () => {
    const path = join(temporaryFolder(), 'event0');
    writeFileSync(path, Buffer.concat([keyRecord(30, 1, 1500), keyRecord(30, 0, 1580.25)]));
    const records: KeyRecord[] = [];
    let reason: string | undefined;
    const onOutput = createKeyReader((record) => records.push(record));
    readKeyboard(path, false, {
      onOutput,
      onEnd: (why) => {
        reason = why;
      },
    });
    await until('its end', () => reason);
    expect(records).toEqual([
      { kind: 'key', code: 30, isDown: true, stampMs: 1500 },
      { kind: 'key', code: 30, isDown: false, stampMs: 1580.25 },
    ]);
  });

  test('that is grabbed is read as it is pressed', async () => {
    const path = join(temporaryFolder(), 'event0');
    execFileSync('mkfifo', [path]);
    const node = openSync(path, 'r+');
    onTestFinished(() => closeSync(node));
    const records: KeyRecord[] = [];
    const streams = {
      onOutput: createKeyReader((record) => records.push(record)),
      onEnd: () => {},
    };
    // A pipe stands in for the node, so what only the kernel's input layer understands is answered by us.
    const withoutIoctl: StartProgram = ({ args: [, script, node], ...rest }) =>
      startProgram({ ...rest, args: ['-e', `BEGIN { *CORE::GLOBAL::ioctl = sub { 1 } } ${script}`, node!] });
    const reading = readKeyboard(path, true, streams, withoutIoctl);
    writeSync(node, Buffer.concat([keyRecord(30, 1, 1500), keyRecord(30, 0, 1580)]));
    await until('both records', () => (records.length === 2 ? true : undefined));
    reading.close();
  });

  test.each([
    ['is not there', '/nonexistent/event0', 'cannot be opened: No such file or directory'],
    ['is no keyboard', '/dev/null', 'has no monotonic clock: Inappropriate ioctl for device'],
  ])('that %s is refused by the grabbing reader with a reason', async (_, path, sentence) => {
    let reason: string | undefined;
    readKeyboard(path, true, {
      onOutput: () => {},
      onEnd: (why) => {
        reason = why;
      },
    });
    expect(await until('the reason', () => reason)).toBe(sentence);
  });
});

test('keyboards are told from other inputs in the kernel’s list', () => {
  // Made up, in the form the kernel writes (drivers/input/input.c, input_devices_seq_show).
  const list = `I: Bus=0003 Vendor=046d Product=c31c Version=0110
N: Name="Logitech USB Keyboard"
P: Phys=usb-0000:01:00.0-1.3/input0
H: Handlers=sysrq kbd leds event0
B: EV=120013

I: Bus=0003 Vendor=046d Product=c077 Version=0111
N: Name="Logitech USB Optical Mouse"
H: Handlers=mouse0 event1
B: EV=17

I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="gpio_keys"
H: Handlers=kbd event12
`;
  expect(parseKeyboards(list)).toEqual([
    { vendorId: 0x046d, productId: 0xc31c, name: 'Logitech USB Keyboard', path: '/dev/input/event0' },
    { vendorId: 0, productId: 1, name: 'gpio_keys', path: '/dev/input/event12' },
  ]);
});
