/** What is wrong with how buttons and lamps are wired, beyond what each setting alone can tell. Pure. */
import type { ButtonId } from './ports.ts';

export interface Wiring {
  /** The ids there are; undefined where they could not be understood. */
  readonly buttons: readonly ButtonId[] | undefined;
  readonly gpioPins: Readonly<Record<ButtonId, number>> | undefined;
  readonly hid: readonly DeviceWiring<'contacts'>[] | undefined;
  readonly keyboards: readonly DeviceWiring<'keys'>[] | undefined;
  readonly lampPins: Readonly<Record<ButtonId, unknown>> | undefined;
}

type DeviceWiring<List extends string> = { readonly device: string } & {
  readonly [key in List]: readonly { readonly button: ButtonId }[];
};

export interface WiringFault {
  /** The setting, such as `hid.0.contacts.2.button`. */
  readonly where: string;
  readonly message: string;
}

/** A button that does not exist would be a press never heard; a pin used twice, two answers to one press. */
export function faultsOfWiring(wiring: Wiring): readonly WiringFault[] {
  return [...unknownButtons(wiring), ...sharedPins(wiring), ...repeatedDevices(wiring)];
}

function unknownButtons({ buttons, gpioPins, hid, keyboards, lampPins }: Wiring): WiringFault[] {
  if (buttons === undefined) return [];
  const named = [
    ...Object.keys(gpioPins ?? {}).map((id) => ({ id, where: `gpioPins.${id}` })),
    ...Object.keys(lampPins ?? {}).map((id) => ({ id, where: `lampPins.${id}` })),
    ...(hid ?? []).flatMap(({ contacts }, at) =>
      contacts.map(({ button: id }, which) => ({ id, where: `hid.${at}.contacts.${which}.button` })),
    ),
    ...(keyboards ?? []).flatMap(({ keys }, at) =>
      keys.map(({ button: id }, which) => ({ id, where: `keyboards.${at}.keys.${which}.button` })),
    ),
  ];
  return named
    .filter(({ id }) => !buttons.includes(id))
    .map(({ id, where }) => ({
      where,
      message: `there is no button with the id "${id}" (there are ${buttons.join(', ')})`,
    }));
}

function sharedPins({ gpioPins, lampPins }: Wiring): WiringFault[] {
  const firstUse = new Map<number, string>();
  const uses = [
    ...Object.entries(gpioPins ?? {}).map(([id, pin]) => ({ where: `gpioPins.${id}`, pin })),
    ...Object.entries(lampPins ?? {}).map(([id, pin]) => ({ where: `lampPins.${id}`, pin })),
  ];
  return uses.flatMap(({ where, pin }) => {
    if (typeof pin !== 'number') return [];
    const first = firstUse.get(pin);
    if (first !== undefined) return [{ where, message: `pin ${pin} is already used by ${first}` }];
    firstUse.set(pin, where);
    return [];
  });
}

function repeatedDevices({ hid, keyboards }: Wiring): WiringFault[] {
  return Object.entries({ hid, keyboards }).flatMap(([setting, devices = []]) =>
    devices.flatMap(({ device }, at) => {
      const first = devices.findIndex((other) => other.device === device);
      return first === at
        ? []
        : [
            {
              where: `${setting}.${at}.device`,
              message: `${device} is already in ${setting}.${first}: put its buttons there`,
            },
          ];
    }),
  );
}
