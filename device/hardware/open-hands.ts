/** Opens what a child's hands touch: every button and lamp the device file names and this machine has. */
import type { ButtonId, Clock, ContactSource, Lamps } from '../core/ports.ts';
import { createButtonLamps } from './button-lamps.ts';
import type { OpenedContacts } from './contact-source.ts';
import { openGpioContacts } from './gpio-contacts.ts';
import { type HidMapping, openHidContacts } from './hid-contacts.ts';
import { type KeyboardMapping, openKeyboardContacts } from './keyboard-contacts.ts';
import {
  type LampOutput,
  type LampOutputOptions,
  type LampWire,
  openPinOutput,
  openPwmOutput,
} from './lamp-outputs.ts';

export interface HandSettings {
  readonly gpioPins?: Readonly<Record<ButtonId, number>> | undefined;
  readonly hid?: readonly HidMapping[] | undefined;
  readonly keyboards?: readonly KeyboardMapping[] | undefined;
  readonly lampPins?: Readonly<Record<ButtonId, LampWire>> | undefined;
}

export interface Hands {
  /** Bounces and all; see `pressed-buttons.ts`. */
  readonly contacts: readonly ContactSource[];
  readonly lamps: readonly Lamps[];
  /** Darkens the lamps; the contacts are closed by whoever listens to them. */
  close(): void;
}

/** How the machine's edges are reached; tests put in their own. */
export type Edges = Partial<
  Pick<Parameters<typeof openGpioContacts>[0], 'chip' | 'openPin' | 'runTool' | 'startProgram'> &
    Pick<Parameters<typeof openHidContacts>[0], 'library' | 'watchedFolder'> &
    Pick<Parameters<typeof openKeyboardContacts>[0], 'listKeyboards'> &
    Pick<LampOutputOptions, 'pwmFolder'>
>;

/** Never throws: what cannot be opened is told, and the rest works. */
export async function openHands(options: {
  readonly settings: HandSettings;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** A sentence for people, each time something is missing, is lost or is back. */
  readonly tell: (sentence: string) => void;
  readonly edges?: Edges;
}): Promise<Hands> {
  const { settings, clock, tell, edges = {} } = options;
  const common = { clock, onFault: tell, ...edges };
  const opened: OpenedContacts[] = [];
  if (settings.gpioPins !== undefined) {
    opened.push(await openGpioContacts({ ...common, pins: settings.gpioPins }));
  }
  if (settings.hid !== undefined && settings.hid.length > 0) {
    opened.push(await openHidContacts({ ...common, mappings: settings.hid }));
  }
  if (settings.keyboards !== undefined && settings.keyboards.length > 0) {
    opened.push(await openKeyboardContacts({ ...common, mappings: settings.keyboards }));
  }
  const contacts: ContactSource[] = [];
  for (const one of opened) {
    if (one.kind === 'opened') contacts.push(one.source);
    else tell(one.reason);
  }
  const outputs = await openLamps(settings.lampPins ?? {}, { ...common, ...edges });
  const hasLamps = Object.keys(outputs).length > 0;
  const lamps = hasLamps ? createButtonLamps({ outputs, clock, onFault: tell }) : undefined;
  return {
    contacts,
    lamps: lamps === undefined ? [] : [lamps],
    close: () => lamps?.close(),
  };
}

async function openLamps(
  wires: Readonly<Record<ButtonId, LampWire>>,
  options: LampOutputOptions,
): Promise<Readonly<Record<ButtonId, LampOutput>>> {
  const outputs: Record<ButtonId, LampOutput> = {};
  for (const [button, wire] of Object.entries(wires)) {
    try {
      outputs[button] =
        typeof wire === 'number'
          ? await openPinOutput(wire, options)
          : await openPwmOutput(wire, options.pwmFolder);
    } catch (error) {
      options.onFault(`The lamp of ${button} stays dark: ${(error as Error).message}.`);
    }
  }
  return outputs;
}
