/**
 * Keyboards and the many AAC switch boxes that imitate one, by /dev/input/event*: read grabbed, so that a press does
 * not also type into a console, and opened again after the cable was out.
 */
import { believedTimeMs } from '../core/believed-time.ts';
import { createKeyReader } from '../core/key-records.ts';
import type { ButtonId, Clock } from '../core/ports.ts';
import type { StartProgram } from './child-program.ts';
import { createContactOutlet, type OpenedContacts } from './contact-source.ts';
import { deviceName } from './hid-library.ts';
import { keepOpen } from './keep-open.ts';
import { type KeyboardNode, listKeyboards, readKeyboard } from './keyboard-nodes.ts';

/** One kind of keyboard and what its keys mean; every keyboard of that kind is read. */
export interface KeyboardMapping {
  /** Its USB ids, such as `0079:0006`. */
  readonly device: string;
  /** Keep its presses from everybody else. */
  readonly grab: boolean;
  /** Key codes of the kernel (input-event-codes.h). */
  readonly keys: readonly { readonly button: ButtonId; readonly code: number }[];
}

/** Never fails: a keyboard that is not plugged in is waited for. */
export async function openKeyboardContacts(options: {
  readonly mappings: readonly KeyboardMapping[];
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly listKeyboards?: (() => Promise<readonly KeyboardNode[]>) | undefined;
  readonly startProgram?: StartProgram | undefined;
  /** Where the nodes appear. */
  readonly watchedFolder?: string | undefined;
}): Promise<Extract<OpenedContacts, { kind: 'opened' }>> {
  const { clock, mappings, onFault } = options;
  const list = options.listKeyboards ?? listKeyboards;
  const outlet = createContactOutlet();
  const mappingOf = (node: KeyboardNode): KeyboardMapping | undefined =>
    mappings.find((one) => one.device === deviceName(node));

  const kept = keepOpen<KeyboardNode>({
    find: async () => (await list()).filter((node) => mappingOf(node) !== undefined),
    absence(found) {
      const absent = mappings.filter((mapping) => !found.some((node) => mappingOf(node) === mapping));
      if (absent.length === 0) return undefined;
      return `Not plugged in: keyboard ${absent.map(({ device }) => device).join(', ')}. The box waits for it.`;
    },
    keyOf: ({ path }) => path,
    isComplete: (open) => mappings.every((mapping) => open.some((node) => mappingOf(node) === mapping)),
    async open(node, onLost) {
      const { grab, keys } = mappingOf(node)!;
      const closed = new Set<number>();
      const tell = (code: number, isClosed: boolean, atMs: number): void => {
        if (isClosed) closed.add(code);
        else closed.delete(code);
        for (const { button } of keys.filter((key) => key.code === code)) {
          outlet.tell({ button, contact: `${node.path} ${code}`, isClosed, atMs });
        }
      };
      const openAll = (): void => {
        for (const code of closed) tell(code, false, clock.monotonicMs());
      };
      const read = createKeyReader((record) => {
        if (record.kind === 'dropped') return openAll();
        tell(record.code, record.isDown, believedTimeMs(record.stampMs, clock.monotonicMs()));
      });
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const onOutput = (bytes: Uint8Array): void => {
        begin();
        read(bytes);
      };
      const onEnd = (reason: string): void => {
        begin();
        openAll();
        onLost(`The keyboard "${node.name}" (${node.path}) is not heard for the moment: ${reason}.`);
      };
      const reading = readKeyboard(node.path, grab, { onOutput, onEnd }, options.startProgram);
      // "Heard again" is said when it is true. Without grabbing nothing tells before a key does.
      if (grab) await begun;
      return reading;
    },
    tell: onFault,
    backAgain: ({ name, path }) => `The keyboard "${name}" (${path}) is heard again.`,
    monotonicMs: clock.monotonicMs,
    watched: { folder: options.watchedFolder ?? '/dev/input', prefix: 'event' },
  });
  await kept.firstLook;
  return outlet.opened(kept.close);
}
