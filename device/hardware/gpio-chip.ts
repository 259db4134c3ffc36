/**
 * Where a Raspberry Pi's header pins begin in sysfs. Kernels since 6.6 number chips from 512 or elsewhere, so a bare
 * pin number is refused there (fivdi/onoff #210); the chip is known by its label.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pi 5; Pi 4; Pi 3, Zero 2 and before; the one QEMU's `virt` machine has (its label begins with its address). */
const HEADER_CHIPS = [/^pinctrl-rp1$/, /^pinctrl-bcm2711$/, /^pinctrl-bcm2835$/, /\.pl061$/];

export type HeaderChip =
  | { readonly kind: 'found'; readonly base: number; readonly label: string }
  /** No header here, or a kernel without sysfs GPIO. */
  | { readonly kind: 'missing'; readonly reason: string };

/** Looks below `root` (`/sys/class/gpio` on a real machine). Never throws. */
export function findHeaderChip(root = '/sys/class/gpio'): HeaderChip {
  if (!existsSync(root)) {
    return { kind: 'missing', reason: 'this kernel has no /sys/class/gpio' };
  }
  const chips = readdirSync(root)
    .filter((name) => name.startsWith('gpiochip'))
    .map((name) => ({
      label: readTrimmed(join(root, name, 'label')),
      base: Number(readTrimmed(join(root, name, 'base'))),
    }));
  const chip = headerAmong(chips.filter(({ base }) => Number.isSafeInteger(base)));
  if (chip !== undefined) return { kind: 'found', ...chip };
  const seen = chips.map(({ label }) => label || 'unnamed').join(', ') || 'none';
  return { kind: 'missing', reason: `no Raspberry Pi header among the GPIO chips here (${seen})` };
}

/** The chip of the header, whichever way the chips were listed. */
export function headerAmong<T extends { readonly label: string }>(chips: readonly T[]): T | undefined {
  for (const wanted of HEADER_CHIPS) {
    const chip = chips.find(({ label }) => wanted.test(label));
    if (chip !== undefined) return chip;
  }
  return undefined;
}

function readTrimmed(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
