/** Where the header's pins are, and by which way they can be used: sysfs with onoff, or libgpiod's tools. */
import { findHeaderChip, type HeaderChip } from '../../../device/hardware/gpio-chip.ts';
import { askGpiod, type Gpiod, type RunTool } from '../../../device/hardware/gpiod-tools.ts';
import { broken, good, type Judgement, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';

const NOT_ALLOWED = 'this user may not use /sys/class/gpio';

/** How pins can be used here. */
export interface HeaderWays {
  readonly chip: HeaderChip;
  /** Why sysfs is no way; undefined where it is one. */
  readonly notBySysfs: string | undefined;
  /** Asked only where sysfs is none. */
  readonly byGpiod: Gpiod | string | undefined;
}

export async function findHeaderWays(machine: Machine): Promise<HeaderWays> {
  const chip = findHeaderChip(machine.pathOf('/sys/class/gpio'));
  const notBySysfs = await whyNotBySysfs(machine, chip);
  if (notBySysfs === undefined) return { chip, notBySysfs, byGpiod: undefined };
  const byGpiod = await askGpiod(toolOf(machine)).catch((error: Error) => error.message);
  return { chip, notBySysfs, byGpiod };
}

export async function checkPins({ machine, config }: Visit): Promise<Judgement> {
  return judgePins(await findHeaderWays(machine), Object.keys(config.gpioPins ?? {}).length);
}

/** `wanted`: how many pins the device file has buttons on. */
export function judgePins({ chip, notBySysfs, byGpiod }: HeaderWays, wanted: number): Judgement {
  const use = wanted === 0 ? '; the device file has no buttons on it' : `, ${wanted} used`;
  if (notBySysfs === undefined && chip.kind === 'found') {
    return good(`header ${chip.label}, its pins count from ${chip.base}${use}`);
  }
  if (typeof byGpiod === 'object') {
    return good(
      `header on ${byGpiod.chip}, by gpiomon ${byGpiod.version}${use} (by sysfs not: ${notBySysfs})`,
    );
  }
  if (wanted > 0 && notBySysfs === NOT_ALLOWED) {
    return broken(
      `header ${labelOf(chip)}, but ${notBySysfs}; by libgpiod, ${byGpiod}`,
      'The user the box runs as needs the group gpio: see the line about rights.',
    );
  }
  if (wanted === 0) return notHere('none here that could be used; the device file asks for none');
  return broken(
    `no way to the pins: by sysfs, ${notBySysfs}; by libgpiod, ${byGpiod}`,
    'Install the tools of libgpiod, or build the package onoff.',
    'sudo apt install gpiod',
    'npm rebuild onoff epoll',
  );
}

async function whyNotBySysfs(machine: Machine, chip: HeaderChip): Promise<string | undefined> {
  if (chip.kind === 'missing') return chip.reason;
  const access = await machine.access('/sys/class/gpio/export', 'write');
  if (access !== 'allowed') return NOT_ALLOWED;
  return (await machine.hasPackage('onoff')) ? undefined : 'the package onoff is not built';
}

function labelOf(chip: HeaderChip): string {
  return chip.kind === 'found' ? chip.label : '';
}

/** Rejects as the box's own way of running a tool does. */
function toolOf(machine: Machine): RunTool {
  return async (command, args) => {
    const answer = await machine.run(command, args);
    if (answer.kind === 'missing') throw Object.assign(new Error('is missing'), { code: 'ENOENT' });
    if (answer.kind === 'tooSlow') throw new Error('does not answer');
    if (answer.code !== 0) throw new Error(`failed (exit code ${answer.code})`);
    return answer.output;
  };
}
