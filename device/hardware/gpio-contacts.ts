/** Decides how the header's pins are heard: by sysfs, which is quickest, else by libgpiod's `gpiomon`. */
import type { ButtonId, Clock } from '../core/ports.ts';
import type { StartProgram } from './child-program.ts';
import type { OpenedContacts } from './contact-source.ts';
import type { HeaderChip } from './gpio-chip.ts';
import type { RunTool } from './gpiod-tools.ts';
import { openGpiomonContacts } from './gpiomon-pins.ts';
import { type OpenSysfsPin, openSysfsContacts } from './sysfs-pins.ts';

/** Opens the pins (BCM numbers) of each button by whatever this machine has. Never throws. */
export async function openGpioContacts(options: {
  readonly pins: Readonly<Record<ButtonId, number>>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly chip?: HeaderChip | undefined;
  readonly openPin?: OpenSysfsPin | undefined;
  readonly runTool?: RunTool | undefined;
  readonly startProgram?: StartProgram | undefined;
}): Promise<OpenedContacts> {
  const bySysfs = await openSysfsContacts(options);
  if (bySysfs.kind === 'opened') return bySysfs;
  const byGpiod = await openGpiomonContacts(options);
  if (byGpiod.kind === 'opened') return byGpiod;
  return {
    kind: 'unavailable',
    reason:
      `No buttons on the pins: by sysfs, ${bySysfs.reason}; by libgpiod, ${byGpiod.reason}. ` +
      'Check the pin numbers, and that this user is in the group "gpio"; the on-screen buttons work meanwhile.',
  };
}
