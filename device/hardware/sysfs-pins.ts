/**
 * Pins of a Raspberry Pi's header by the kernel's /sys/class/gpio, through `onoff`. Buttons lie between pin and ground
 * with the Pi's own pull-up, so a pressed one reads 0. Bounces pass: onoff's own debounce loses short presses.
 */
import type { ButtonId, Clock } from '../core/ports.ts';
import type { ContactChange } from '../core/press-filter.ts';
import type { OpenedContacts } from './contact-source.ts';
import { findHeaderChip, type HeaderChip } from './gpio-chip.ts';

/** What is used of onoff's `Gpio`. */
export interface SysfsPin {
  readSync(): number;
  writeSync(value: 0 | 1): void;
  watch(listener: (error: Error | null | undefined, value: number) => void): void;
  unexport(): void;
}

export type OpenSysfsPin = (gpio: number, direction: 'in' | 'low') => SysfsPin;

/** Opens the pins (BCM numbers) of each button, all or none. */
export async function openSysfsContacts(options: {
  readonly pins: Readonly<Record<ButtonId, number>>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly chip?: HeaderChip | undefined;
  readonly openPin?: OpenSysfsPin | undefined;
}): Promise<OpenedContacts> {
  const { clock } = options;
  const chip = options.chip ?? findHeaderChip();
  if (chip.kind === 'missing') return { kind: 'unavailable', reason: chip.reason };
  const openPin = options.openPin ?? (await loadOnoff());
  if (openPin === undefined) return { kind: 'unavailable', reason: ONOFF_MISSING };

  let listener: (change: ContactChange) => void = () => {};
  const opened: SysfsPin[] = [];
  const found: ContactChange[] = [];
  const close = async (): Promise<void> => {
    for (const pin of opened.splice(0)) pin.unexport();
  };

  for (const [button, pinNumber] of Object.entries(options.pins)) {
    const contact = `pin ${pinNumber}`;
    const tell = (isClosed: boolean, atMs: number): void => listener({ button, contact, isClosed, atMs });
    try {
      const pin = openPin(chip.base + pinNumber, 'in');
      opened.push(pin);
      let wasClosed = pin.readSync() === 0;
      if (wasClosed) {
        found.push({ button, contact, isClosed: true, atMs: clock.monotonicMs(), wasFound: true });
      }
      pin.watch((error, value) => {
        if (error) return options.onFault(`button ${button} (${contact}): ${error.message}`);
        const isClosed = value === 0;
        const atMs = clock.monotonicMs();
        // Woken, yet nothing changed: the pin went there and back before it was read. A quick tap, and it counts.
        if (isClosed === wasClosed) tell(!isClosed, atMs);
        wasClosed = isClosed;
        tell(isClosed, atMs);
      });
    } catch (error) {
      await close();
      return {
        kind: 'unavailable',
        reason: `${contact} (button ${button}) cannot be used: ${(error as Error).message}`,
      };
    }
  }
  return {
    kind: 'opened',
    source: {
      onChange(next) {
        listener = next;
        for (const change of found.splice(0)) listener(change);
      },
      close,
    },
  };
}

export const ONOFF_MISSING =
  'the package "onoff" could not be built here ("npm rebuild onoff epoll" builds it)';

/** Undefined where the package is not there; it is optional. */
export async function loadOnoff(): Promise<OpenSysfsPin | undefined> {
  try {
    const { Gpio } = await import('onoff');
    return (gpio, direction) => (direction === 'in' ? new Gpio(gpio, 'in', 'both') : new Gpio(gpio, 'low'));
  } catch {
    return undefined;
  }
}
