/**
 * Pins of a Raspberry Pi's header by `gpiomon` (libgpiod), for kernels without /sys/class/gpio: a program of its own,
 * started again when it ends. Its events carry the kernel's time, so a stall of ours does not lengthen a press.
 */
import { believedTimeMs } from '../core/believed-time.ts';
import type { ButtonId, Clock } from '../core/ports.ts';
import { createLineCutter, type StartProgram, startProgram } from './child-program.ts';
import { createContactOutlet, type OpenedContacts } from './contact-source.ts';
import { askGpiod, type Gpiod, parseLineEvent, type RunTool, watchArguments } from './gpiod-tools.ts';
import { keepOpen } from './keep-open.ts';

/** Watches the pins (BCM numbers, which are the chip's line numbers) of each button. */
export async function openGpiomonContacts(options: {
  readonly pins: Readonly<Record<ButtonId, number>>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
  readonly runTool?: RunTool | undefined;
  readonly startProgram?: StartProgram | undefined;
}): Promise<OpenedContacts> {
  const { clock } = options;
  let gpiod: Gpiod;
  try {
    gpiod = await askGpiod(options.runTool);
  } catch (error) {
    return { kind: 'unavailable', reason: (error as Error).message };
  }
  const buttonOfLine = new Map(Object.entries(options.pins).map(([button, line]) => [line, button]));
  const closedLines = new Set<number>();
  const outlet = createContactOutlet();

  function tell(line: number, isClosed: boolean, atMs: number): void {
    const button = buttonOfLine.get(line);
    if (button === undefined) return;
    if (isClosed) closedLines.add(line);
    else closedLines.delete(line);
    outlet.tell({ button, contact: `pin ${line}`, isClosed, atMs });
  }

  const kept = keepOpen<Gpiod>({
    find: async () => [gpiod],
    keyOf: ({ chip }) => chip,
    isComplete: (open) => open.length > 0,
    async open(_, onLost) {
      const cut = createLineCutter((text) => {
        const event = parseLineEvent(text);
        if (event === undefined) return;
        tell(event.line, !event.isHigh, believedTimeMs(event.atMs, clock.monotonicMs()));
      });
      return (options.startProgram ?? startProgram)({
        command: 'gpiomon',
        args: watchArguments(gpiod, [...buttonOfLine.keys()]),
        onOutput: cut,
        onEnd(reason) {
          // Nobody knows any more what is pressed.
          for (const line of closedLines) tell(line, false, clock.monotonicMs());
          onLost(`The buttons on the pins are not heard for the moment: ${reason}.`);
        },
      });
    },
    absence: () => undefined,
    tell: options.onFault,
    backAgain: () => 'The buttons on the pins are heard again.',
    monotonicMs: clock.monotonicMs,
  });
  return outlet.opened(kept.close);
}
