/** Listens to every HID device and keyboard there is, to find out which of them a person presses. Grabs nothing. */
import { createKeyReader } from '../core/key-records.ts';
import type { StartProgram } from './child-program.ts';
import {
  deviceName,
  type HidLibrary,
  isKeyboardOrMouse,
  loadNodeHid,
  NODE_HID_MISSING,
} from './hid-library.ts';
import { type KeyboardNode, listKeyboards, readKeyboard } from './keyboard-nodes.ts';

export type Heard =
  | { readonly kind: 'report'; readonly device: string; readonly report: Uint8Array }
  | { readonly kind: 'key'; readonly device: string; readonly code: number; readonly isDown: boolean };

export interface Everywhere {
  /** What is listened to, for people. */
  readonly names: readonly string[];
  /** What could not be, and why. */
  readonly refused: readonly string[];
  /** One listener; replaces the one before. */
  onHeard(listener: (heard: Heard) => void): void;
  close(): Promise<void>;
}

/** Never throws. */
export async function listenEverywhere(
  options: {
    readonly library?: HidLibrary | undefined;
    readonly listKeyboards?: (() => Promise<readonly KeyboardNode[]>) | undefined;
    readonly startProgram?: StartProgram | undefined;
  } = {},
): Promise<Everywhere> {
  const names: string[] = [];
  const refused: string[] = [];
  const closers: (() => Promise<void> | void)[] = [];
  let listener: (heard: Heard) => void = () => {};

  const library = options.library ?? (await loadNodeHid());
  if (library === undefined) refused.push(NODE_HID_MISSING);
  const listings = (await library?.list().catch(() => [])) ?? [];
  const paths = new Set(listings.flatMap(({ path }) => (path === undefined ? [] : [path])));
  for (const path of paths) {
    const usages = listings.filter((listing) => listing.path === path);
    if (usages.some(isKeyboardOrMouse)) continue;
    const device = deviceName(usages[0]!);
    const name = `${usages[0]!.product ?? 'buttons'} (${device})`;
    try {
      const opened = await library!.open(path);
      opened.on('data', (report) => listener({ kind: 'report', device, report }));
      opened.on('error', () => {}); // Unplugged while learning: it is simply not heard any more.
      closers.push(() => opened.close().catch(() => {}));
      names.push(name);
    } catch (error) {
      refused.push(`${name} cannot be opened: ${(error as Error).message}`);
    }
  }
  for (const node of await (options.listKeyboards ?? listKeyboards)()) {
    const device = deviceName(node);
    const onOutput = createKeyReader((record) => {
      if (record.kind !== 'key') return;
      listener({ kind: 'key', device, code: record.code, isDown: record.isDown });
    });
    const reading = readKeyboard(node.path, false, { onOutput, onEnd: () => {} }, options.startProgram);
    closers.push(() => reading.close());
    names.push(`${node.name} (${device})`);
  }
  return {
    names,
    refused,
    onHeard: (next) => {
      listener = next;
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}
