import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findHeaderChip } from '../../../device/hardware/gpio-chip.ts';
import { askGpiod, parseChips, parseLineEvent, parseVersion } from '../../../device/hardware/gpiod-tools.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function sysfsWith(chips: Record<string, { label: string; base: string }>): string {
  const root = temporaryFolder();
  for (const [name, { label, base }] of Object.entries(chips)) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'label'), `${label}\n`);
    writeFileSync(join(root, name, 'base'), `${base}\n`);
  }
  return root;
}

describe('the chip of the header', () => {
  test.each([
    ['a Pi 4 on a kernel that numbers from 512', 'pinctrl-bcm2711', 512],
    ['a Pi 3 on an old kernel', 'pinctrl-bcm2835', 0],
    ['a Pi 5, whose header is not its first chip', 'pinctrl-rp1', 569],
    ['an emulated machine', '9030000.pl061', 512],
  ])('is found by its label on %s', (_, label, base) => {
    const root = sysfsWith({
      gpiochip504: { label: 'raspberrypi-exp-gpio', base: '504' },
      [`gpiochip${base}`]: { label, base: String(base) },
    });
    expect(findHeaderChip(root)).toEqual({ kind: 'found', label, base });
  });

  test('is missing by name where there is none, or no sysfs at all', () => {
    expect(findHeaderChip(sysfsWith({ gpiochip0: { label: 'some-laptop', base: '0' } }))).toEqual({
      kind: 'missing',
      reason: expect.stringContaining('some-laptop'),
    });
    expect(findHeaderChip(join(temporaryFolder(), 'nothing'))).toMatchObject({ kind: 'missing' });
  });
});

describe('libgpiod’s tools', () => {
  // `gpiomon --version`: the first line, of gpiod 1.6.3-1+b3 (Debian 12) and 2.2.1 (Debian 13).
  test.each([
    ['gpiomon (libgpiod) v1.6.3\nCopyright (C) 2017-2018 Bartosz Golaszewski', 1],
    ['gpiomon (libgpiod) v2.2.1', 2],
    ['gpiomon (libgpiod) v2.3-devel', 2],
    ['gpiomon (libgpiod) v3.0', undefined],
    ['', undefined],
  ])('of %j are of version %s', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });

  test('list chips by name and label', () => {
    expect(parseChips('gpiochip0 [pinctrl-rp1] (54 lines)\ngpiochip10 [a b] (1 line)\nnonsense\n')).toEqual([
      { name: 'gpiochip0', label: 'pinctrl-rp1' },
      { name: 'gpiochip10', label: 'a b' },
    ]);
  });

  test.each([
    ['17 0 1234.5678', { line: 17, isHigh: false, atMs: 1_234_000.005678 }],
    ['17 1 1234.567800000', { line: 17, isHigh: true, atMs: 1_234_567.8 }],
    ['22 2 0.000000001', { line: 22, isHigh: false, atMs: 0.000001 }],
    ['Monitoring line 17...', undefined],
    ['17 3 1.0', undefined],
    ['', undefined],
  ])('tell of an edge as %j', (text, event) => {
    expect(parseLineEvent(text)).toEqual(event);
  });

  test.each([
    [
      'are not installed',
      async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOENT' })),
      /gpiomon is not installed \("apt install gpiod"\)/,
    ],
    ['are too new', async () => 'gpiomon (libgpiod) v7.0', /neither of version 1 nor 2/],
    [
      'find no header',
      async (command: string) => (command === 'gpiomon' ? 'v2.1' : 'gpiochip0 [INT34C5:00] (9 lines)\n'),
      /no Raspberry Pi header.*INT34C5:00/,
    ],
  ])('that %s say so in one sentence', async (_, run, sentence) => {
    await expect(askGpiod(run)).rejects.toThrow(sentence);
  });
});
