/**
 * Buttons on a Raspberry Pi's header, by `onoff`: between the pin and ground, with the Pi's own pull-up, so a pressed
 * button reads 0. Bounces are filtered in `core/press-filter.ts`; onoff's own debounce loses short presses.
 */

import type { ButtonEdge, ButtonId, Buttons, Clock } from '../core/ports.ts';
import {
  type Contact,
  contactSeen,
  contactSettled,
  type Filtered,
  OPEN_CONTACT,
} from '../core/press-filter.ts';
import { findHeaderChip, type HeaderChip } from './gpio-chip.ts';

/** What is used of onoff's `Gpio`. */
export interface WatchedPin {
  watch(listener: (error: Error | null | undefined, value: number) => void): void;
  unexport(): void;
}

export type OpenPin = (gpio: number) => WatchedPin;

export type GpioButtons =
  | { readonly kind: 'opened'; readonly buttons: Buttons }
  /** One sentence with a hint; the box goes on with its other buttons. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Opens the pins (BCM numbers) of each button. Never throws. */
export async function openGpioButtons(options: {
  readonly pins: Readonly<Record<ButtonId, number>>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly chip?: HeaderChip;
  readonly openPin?: OpenPin | undefined;
}): Promise<GpioButtons> {
  const chip = options.chip ?? findHeaderChip();
  if (chip.kind === 'missing')
    return unavailable(`${chip.reason}. Use the on-screen buttons, or a Raspberry Pi.`);
  const openPin = options.openPin ?? (await loadOnoff());
  if (openPin === undefined) {
    return unavailable(
      'the package "onoff" could not be built here. Run "npm rebuild onoff epoll" on the box.',
    );
  }

  const listeners: ((edge: ButtonEdge) => void)[] = [];
  const opened: WatchedPin[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    for (const pin of opened) pin.unexport();
  };

  for (const [button, pinNumber] of Object.entries(options.pins)) {
    let contact: Contact = OPEN_CONTACT;
    const apply = ({ contact: next, report }: Filtered, atMs: number): void => {
      contact = next;
      if (report === undefined) return;
      for (const listener of listeners) listener({ button, isDown: report, atMs });
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          const nowMs = options.clock.monotonicMs();
          apply(contactSettled(contact, nowMs), nowMs);
        },
        Math.ceil(next.settlesAtMs! - atMs) + 1,
      );
      timers.add(timer);
    };
    try {
      const pin = openPin(chip.base + pinNumber);
      opened.push(pin);
      pin.watch((error, value) => {
        if (error) return options.onFault(`button ${button} (pin ${pinNumber}): ${error.message}`);
        const atMs = options.clock.monotonicMs();
        apply(contactSeen(contact, value === 0, atMs), atMs);
      });
    } catch (error) {
      await close();
      return unavailable(
        `pin ${pinNumber} (button ${button}) cannot be used: ${(error as Error).message}. ` +
          'Check the number, and that this user is in the group "gpio".',
      );
    }
  }
  return { kind: 'opened', buttons: { onEdge: (listener) => void listeners.push(listener), close } };
}

function unavailable(reason: string): GpioButtons {
  return { kind: 'unavailable', reason: `No buttons on the pins: ${reason}` };
}

async function loadOnoff(): Promise<OpenPin | undefined> {
  try {
    const { Gpio } = await import('onoff');
    return (gpio) => new Gpio(gpio, 'in', 'both');
  } catch {
    return undefined;
  }
}
