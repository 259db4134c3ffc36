/** Arcade encoders and gamepads by `node-hid`: opened, listened to, and opened again after the cable was out. */
import { type HidContact, isClosedIn } from '../core/hid-contacts.ts';
import type { Clock } from '../core/ports.ts';
import type { ContactChange } from '../core/press-filter.ts';
import { createContactOutlet, type OpenedContacts } from './contact-source.ts';
import {
  deviceName,
  type HidLibrary,
  type HidListing,
  loadNodeHid,
  NODE_HID_MISSING,
} from './hid-library.ts';
import { keepOpen } from './keep-open.ts';

/**
 * The kernel keeps this many reports for us and drops what comes then (HIDRAW_BUFFER_SIZE, one less): of a device that
 * speaks only of changes the last word may be lost, and a button would stay down for ever.
 */
const QUEUED_REPORTS = 63;

/** So many changes in this time are twice what two drumming hands make: the queue may have run over, ms. */
const FLOOD_MS = 500;

/** Silence after a flood: what is closed then is not known, and counts as open, ms. */
const FLOOD_IS_OVER_MS = 250;

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

  const outlet = createContactOutlet();
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
      const contacts = createContacts({
        contacts: mappingOf(listing)!.contacts,
        path: listing.path!,
        monotonicMs: clock.monotonicMs,
        tell: outlet.tell,
      });
      device.on('data', (report) => contacts.read(report, clock.monotonicMs()));
      // There is no event for a pulled cable: it is the next read that fails.
      device.on('error', (error) => {
        contacts.openAll(clock.monotonicMs());
        contacts.close();
        onLost(
          `The buttons ${deviceName(listing)} are gone: ${error instanceof Error ? error.message : error}.`,
        );
      });
      return {
        close() {
          contacts.close();
          return device.close();
        },
      };
    },
    tell: onFault,
    backAgain: (device) => `The buttons ${deviceName(device)} are heard again.`,
    monotonicMs: clock.monotonicMs,
    watched: { folder: options.watchedFolder ?? '/dev', prefix: 'hidraw' },
  });
  await kept.firstLook;
  return outlet.opened(kept.close);
}

/** Tells the contacts of one device that changed from one report to the next. */
function createContacts(options: {
  readonly contacts: readonly HidContact[];
  readonly path: string;
  readonly monotonicMs: () => number;
  readonly tell: (change: ContactChange) => void;
}): { read(report: Uint8Array, atMs: number): void; openAll(atMs: number): void; close(): void } {
  const { contacts, path, monotonicMs } = options;
  const closed = new Set<HidContact>();
  /** When the last changes came, oldest first. */
  const changes: number[] = [];
  let silence: NodeJS.Timeout | undefined;

  function become(contact: HidContact, isClosed: boolean, atMs: number): void {
    if (closed.has(contact) === isClosed) return;
    if (isClosed) closed.add(contact);
    else closed.delete(contact);
    if (changes.push(atMs) > QUEUED_REPORTS) changes.shift();
    options.tell({ button: contact.button, contact: `${path} ${contacts.indexOf(contact)}`, isClosed, atMs });
  }

  function openAll(atMs: number): void {
    for (const contact of closed) become(contact, false, atMs);
  }

  return {
    read(report, atMs) {
      for (const contact of contacts) {
        const isClosed = isClosedIn(report, contact);
        if (isClosed !== undefined) become(contact, isClosed, atMs);
      }
      clearTimeout(silence);
      const isFlood = changes.length === QUEUED_REPORTS && atMs - changes[0]! < FLOOD_MS;
      if (isFlood) silence = setTimeout(() => openAll(monotonicMs()), FLOOD_IS_OVER_MS);
    },
    openAll,
    close: () => clearTimeout(silence),
  };
}
