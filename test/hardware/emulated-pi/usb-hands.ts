/** Switches on a cable of the emulated Pi: an arcade encoder and a keyboard, plugged, pressed and pulled from here. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMOTIONS } from '../../../models/emotions.ts';
import { type BoxLine, type BoxOnPi, logLineOf } from './box-on-pi.ts';

/** The names in uhid-devices.mjs. */
export type UsbDevice = 'encoder' | 'keyboard';

/** How the device file tells of them: contact N of either is the button of the N-th emotion. */
export const USB_WIRING = {
  hid: [
    {
      device: '16c0:27dc',
      contacts: EMOTIONS.map((button, at) => ({ button, byte: 2, mask: 1 << at, value: 1 << at })),
    },
  ],
  keyboards: [
    { device: '16c0:27db', grab: true, keys: EMOTIONS.map((button, at) => ({ button, code: 2 + at })) },
  ],
};

export interface UsbHands {
  /** One command of uhid-devices.mjs; resolves to the line that tells of it, which comes before what it causes. */
  do(command: string): Promise<BoxLine>;
  /** Resolves once a program of the machine has opened the device; `waitedMs` is measured in the machine. */
  plug(device: UsbDevice): Promise<{ readonly waitedMs: number }>;
}

/** Starts the program that plays them; `folder` is the machine's /box. */
export async function startUsbHands(box: BoxOnPi, folder: string): Promise<UsbHands> {
  const { console } = box.machine;
  copyFileSync(join(import.meta.dirname, 'uhid-devices.mjs'), join(folder, 'uhid-devices.mjs'));
  const wait = async (event: string, from: number, withinMs?: number): Promise<BoxLine> =>
    logLineOf(await console.waitFor(new RegExp(`"event":"${event}"`), withinMs ?? 60_000, from))!;
  const begin = console.lines.length;
  await console.run(
    'modprobe -a uhid hid-generic evdev && mkfifo /run/hands && { node /box/uhid-devices.mjs <>/run/hands & }',
  );
  await wait('handsReady', begin);

  async function command(text: string): Promise<BoxLine> {
    const from = console.lines.length;
    await console.run(`echo ${text} >/run/hands`);
    return wait('hand', from);
  }
  return {
    do: command,
    async plug(device) {
      const from = console.lines.length;
      const plugged = await command(`plug ${device}`);
      const opened = await wait('handOpened', from);
      return { waitedMs: Number(opened.fields.monotonicMs) - Number(plugged.fields.monotonicMs) };
    },
  };
}
