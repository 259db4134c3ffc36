/** Puts learnt presses into a device file, leaving everything else in it as it was. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import {
  ConfigError,
  type DeviceConfig,
  parseDeviceConfig,
  readDeviceConfig,
} from '../../../device/config.ts';
import type { LearntPress } from './learn-press.ts';

export interface LearntButton {
  readonly button: string;
  readonly press: LearntPress;
}

type Devices = Pick<DeviceConfig, 'hid' | 'keyboards'>;

/** The device file, or the defaults where there is none yet. Throws ConfigError. */
export function readForLearning(path: string): DeviceConfig {
  return existsSync(path) ? readDeviceConfig(path) : parseDeviceConfig({}, path);
}

/**
 * The devices with what was learnt. What they had for a learnt button is replaced, unless `isAdding`; devices that
 * serve no button any more are left out.
 */
export function withLearnt(devices: Devices, learnt: readonly LearntButton[], isAdding: boolean): Devices {
  const isKept = ({ button }: { button: string }): boolean =>
    isAdding || !learnt.some((one) => one.button === button);
  const hid = (devices.hid ?? []).map((one) => ({ ...one, contacts: one.contacts.filter(isKept) }));
  const keyboards = (devices.keyboards ?? []).map((one) => ({ ...one, keys: one.keys.filter(isKept) }));
  for (const { button, press } of learnt) {
    const { device } = press;
    if (press.kind === 'hid') {
      const contact = { button, byte: press.byte, mask: press.mask, value: press.value };
      const known = hid.find((one) => one.device === device);
      if (known === undefined) hid.push({ device, contacts: [contact] });
      else known.contacts = [...known.contacts, contact];
    } else {
      const key = { button, code: press.code };
      const known = keyboards.find((one) => one.device === device);
      if (known === undefined) keyboards.push({ device, grab: true, keys: [key] });
      else known.keys = [...known.keys, key];
    }
  }
  const [usedHid, usedKeyboards] = [
    hid.filter(({ contacts }) => contacts.length > 0),
    keyboards.filter(({ keys }) => keys.length > 0),
  ];
  return {
    ...(usedHid.length > 0 ? { hid: usedHid } : {}),
    ...(usedKeyboards.length > 0 ? { keyboards: usedKeyboards } : {}),
  };
}

/** Writes the file whole or not at all: beside it first, then in its place. Throws ConfigError. */
export function writeLearnt(path: string, learnt: readonly LearntButton[], isAdding: boolean): void {
  const {
    hid: _,
    keyboards: __,
    ...rest
  } = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {};
  const file = { ...rest, ...withLearnt(readForLearning(path), learnt, isAdding) };
  parseDeviceConfig(file, path);
  const beside = `${path}.new`;
  try {
    const fd = openSync(beside, 'w', 0o644);
    writeSync(fd, `${JSON.stringify(file, null, 2)}\n`);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(beside, path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new ConfigError(
      `The device file ${path} cannot be written (${reason}). Check who owns it, and the free space.`,
    );
  }
}
