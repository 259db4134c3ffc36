/** Can the lamps of the device file be lit here. */
import type { LampWire } from '../../../device/hardware/lamp-outputs.ts';
import { broken, good, type Judgement, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { counted, listed } from '../words.ts';
import { findHeaderWays } from './header.ts';

export async function checkLamps({ machine, config }: Visit): Promise<Judgement> {
  const wires = Object.entries(config.lampPins ?? {});
  if (wires.length === 0) return notHere('the device file has no lamps');
  const reasons = await Promise.all(wires.map(([, wire]) => whyDark(machine, wire)));
  const dark = wires.flatMap(([button], at) =>
    reasons[at] === undefined ? [] : [`${button}: ${reasons[at]}`],
  );
  if (dark.length === 0) return good(`${counted(wires.length, 'lamp')} can be lit`);
  return broken(
    `${counted(dark.length, 'lamp stays', 'lamps stay')} dark (${dark.join('; ')})`,
    `Check where ${listed(wires.map(([button]) => button))} are wired, and the line for it in config.txt.`,
    'docs/device-file.md, lampPins',
  );
}

async function whyDark(machine: Machine, wire: LampWire): Promise<string | undefined> {
  if (typeof wire === 'number') {
    const { notBySysfs, byGpiod } = await findHeaderWays(machine);
    if (notBySysfs === undefined) return undefined;
    if (typeof byGpiod !== 'object') return notBySysfs;
    // Then perl holds the pin, as device/hardware/held-pin.ts says.
    if (!(await machine.hasProgram('perl'))) return 'perl, which would hold the pin, is missing';
    const access = await machine.access(`/dev/${byGpiod.chip}`, 'write');
    return access === 'allowed' ? undefined : `this user may not use /dev/${byGpiod.chip}`;
  }
  const chip = `/sys/class/pwm/pwmchip${wire.pwmChip}`;
  const channels = await machine.read(`${chip}/npwm`);
  if (channels === undefined) return `there is no PWM chip ${wire.pwmChip}`;
  if (wire.pwmChannel >= Number(channels)) return `PWM chip ${wire.pwmChip} has only ${channels} channels`;
  const access = await machine.access(`${chip}/export`, 'write');
  return access === 'allowed' ? undefined : `this user may not use PWM chip ${wire.pwmChip}`;
}
