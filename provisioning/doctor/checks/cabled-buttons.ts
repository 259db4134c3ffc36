/** Are the encoders, gamepads, keyboards and switch boxes of the device file plugged in, and may the box hear them. */
import { deviceName } from '../../../device/hardware/hid-library.ts';
import { listKeyboards } from '../../../device/hardware/keyboard-nodes.ts';
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Access, Machine, Visit } from '../machine.ts';
import { listed } from '../words.ts';

export async function checkHid({ machine, config }: Visit): Promise<Judgement> {
  const wanted = (config.hid ?? []).map(({ device }) => device);
  if (wanted.length === 0) return notHere('the device file has no arcade encoder or gamepad');
  if (!(await machine.hasPackage('node-hid'))) {
    return broken(
      'the package node-hid does not work here',
      'Install the libraries it needs, and build it again.',
      'sudo apt install libusb-1.0-0 libudev1',
      'npm rebuild node-hid',
    );
  }
  return judgePlugged(wanted, await hidAccess(machine));
}

export async function checkKeyboards({ machine, config }: Visit): Promise<Judgement> {
  const mappings = config.keyboards ?? [];
  if (mappings.length === 0) return notHere('the device file has no keyboard or switch box');
  if (mappings.some(({ grab }) => grab) && !(await machine.hasProgram('perl'))) {
    return broken(
      'perl is missing, which keeps presses from the console',
      'Install perl, or set grab to false in the device file.',
      'sudo apt install perl',
    );
  }
  const nodes = await listKeyboards(machine.pathOf('/proc/bus/input/devices'));
  const access = new Map<string, Access>();
  for (const node of nodes) access.set(deviceName(node), await machine.access(node.path, 'read'));
  return judgePlugged(
    mappings.map(({ device }) => device),
    access,
  );
}

/** `access`: of every such thing plugged in, by its USB ids. */
export function judgePlugged(wanted: readonly string[], access: ReadonlyMap<string, Access>): Judgement {
  const are = (state: Access): string[] =>
    wanted.filter((device) => (access.get(device) ?? 'missing') === state);
  const [denied, missing] = [are('denied'), are('missing')];
  if (denied.length > 0) {
    return broken(
      `${listed(denied)} plugged in, but this user may not use it`,
      'Put the rules for udev in place, and the user the box runs as into the group input.',
      'provisioning/box/60-amecs.rules',
    );
  }
  if (missing.length > 0) {
    return look(
      `not plugged in: ${listed(missing)}`,
      'Plug it in; the box hears it at once. If it is another one, teach it to the box.',
      'amecs buttons learn --config FILE',
    );
  }
  return good(`${listed(wanted)} plugged in`);
}

/** Of each thing with a /dev/hidraw node, by its USB ids; opening it to see would disturb a box that runs. */
async function hidAccess(machine: Machine): Promise<Map<string, Access>> {
  const access = new Map<string, Access>();
  for (const name of await machine.list('/sys/class/hidraw')) {
    // HID_ID=0003:00000079:00000006: bus, vendor, product (drivers/hid/hid-core.c).
    const text = (await machine.read(`/sys/class/hidraw/${name}/device/uevent`)) ?? '';
    const ids = /^HID_ID=[0-9A-F]+:0*([0-9A-F]+):0*([0-9A-F]+)$/im.exec(text);
    if (ids === null) continue;
    const [vendorId, productId] = [Number.parseInt(ids[1]!, 16), Number.parseInt(ids[2]!, 16)];
    access.set(deviceName({ vendorId, productId }), await machine.access(`/dev/${name}`, 'write'));
  }
  return access;
}
