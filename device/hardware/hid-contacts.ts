/** Arcade encoders and gamepads by `node-hid`: opened, listened to, and opened again after the cable was out. */
import { type HidContact, isClosedIn } from '../core/hid-contacts.ts';
import type { Clock } from '../core/ports.ts';
import type { ContactChange } from '../core/press-filter.ts';
import type { OpenedContacts } from './contact-source.ts';
import {
  deviceName,
  type HidLibrary,
  type HidListing,
  loadNodeHid,
  NODE_HID_MISSING,
} from './hid-library.ts';
import { keepOpen } from './keep-open.ts';

/** One kind of device and where its buttons are in its reports; every device of that kind is opened. */
export interface HidMapping {
  /** Its USB ids, such as `0079:0006`. */
  readonly device: string;
  readonly contacts: readonly HidContact[];
}

/** Never throws; a device that is not plugged in is waited for. */
export async function openHidContacts(options: {
  readonly mappings: readonly HidMapping[];
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly library?: HidLibrary | undefined;
  /** Where hidraw nodes appear. */
  readonly watchedFolder?: string | undefined;
}): Promise<OpenedContacts> {
  const { clock, mappings, onFault } = options;
  const library = options.library ?? (await loadNodeHid());
  if (library === undefined) return { kind: 'unavailable', reason: `No HID buttons: ${NODE_HID_MISSING}.` };

  let listener: (change: ContactChange) => void = () => {};
  const mappingOf = (device: Pick<HidListing, 'vendorId' | 'productId'>): HidMapping | undefined =>
    mappings.find((one) => one.device === deviceName(device));

  const kept = keepOpen<HidListing>({
    find: async () =>
      (await library.list()).filter((device) => device.path !== undefined && mappingOf(device) !== undefined),
    absence(found) {
      const absent = mappings.filter((mapping) => !found.some((device) => mappingOf(device) === mapping));
      if (absent.length === 0) return undefined;
      return `Not plugged in: buttons ${absent.map(({ device }) => device).join(', ')}. The box waits for them.`;
    },
    keyOf: ({ path }) => path!,
    isComplete: (open) => mappings.every((mapping) => open.some((device) => mappingOf(device) === mapping)),
    async open(listing, onLost) {
      const device = await library.open(listing.path!).catch((error: Error) => {
        throw new Error(
          `The buttons ${deviceName(listing)} cannot be opened: ${error.message}. This user needs the right to read ${listing.path}.`,
          { cause: error },
        );
      });
      const contacts = createContacts(mappingOf(listing)!.contacts, listing.path!, (change) =>
        listener(change),
      );
      device.on('data', (report) => contacts.read(report, clock.monotonicMs()));
      // There is no event for a pulled cable: it is the next read that fails.
      device.on('error', (error) => {
        contacts.openAll(clock.monotonicMs());
        onLost(
          `The buttons ${deviceName(listing)} are gone: ${error instanceof Error ? error.message : error}.`,
        );
      });
      return device;
    },
    tell: onFault,
    backAgain: (device) => `The buttons ${deviceName(device)} are heard again.`,
    monotonicMs: clock.monotonicMs,
    watched: { folder: options.watchedFolder ?? '/dev', prefix: 'hidraw' },
  });
  await kept.firstLook;
  return {
    kind: 'opened',
    source: {
      onChange: (next) => {
        listener = next;
      },
      close: kept.close,
    },
  };
}

/** Tells the contacts of one device that changed from one report to the next. */
function createContacts(
  contacts: readonly HidContact[],
  path: string,
  tell: (change: ContactChange) => void,
): { read(report: Uint8Array, atMs: number): void; openAll(atMs: number): void } {
  const closed = new Set<HidContact>();
  const become = (contact: HidContact, isClosed: boolean, atMs: number): void => {
    if (closed.has(contact) === isClosed) return;
    if (isClosed) closed.add(contact);
    else closed.delete(contact);
    tell({ button: contact.button, contact: `${path} ${contacts.indexOf(contact)}`, isClosed, atMs });
  };
  return {
    read(report, atMs) {
      for (const contact of contacts) {
        const isClosed = isClosedIn(report, contact);
        if (isClosed !== undefined) become(contact, isClosed, atMs);
      }
    },
    openAll(atMs) {
      for (const contact of closed) become(contact, false, atMs);
    },
  };
}
