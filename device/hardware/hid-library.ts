/** `node-hid`, as far as it is used; loaded when asked for, because it is optional and needs libusb and libudev. */

export interface HidListing {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly product?: string | undefined;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

export interface HidDevice {
  on(event: 'data', listener: (report: Buffer) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  close(): Promise<void>;
}

export interface HidLibrary {
  list(): Promise<readonly HidListing[]>;
  /** Its own thread empties the kernel's queue of 64 reports, also while our loop is busy. */
  open(path: string): Promise<HidDevice>;
}

/** Undefined where the package or what it needs is missing. */
export async function loadNodeHid(): Promise<HidLibrary | undefined> {
  try {
    const { default: nodeHid } = await import('node-hid');
    await nodeHid.devicesAsync();
    return { list: () => nodeHid.devicesAsync(), open: (path) => nodeHid.HIDAsync.open(path) };
  } catch {
    return undefined;
  }
}

/** HID Usage Tables 1.5: generic desktop page, mouse and keyboard. These are the kernel's to read. */
export function isKeyboardOrMouse({ usagePage, usage }: HidListing): boolean {
  return usagePage === 1 && (usage === 2 || usage === 6);
}

export const NODE_HID_MISSING =
  'the package "node-hid" does not work here ("npm rebuild node-hid"; it needs libusb-1.0-0 and libudev1)';

/** `0079:0006`, as lsusb writes it. */
export function deviceName({ vendorId, productId }: Pick<HidListing, 'vendorId' | 'productId'>): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}
