/** `amecs buttons learn`: asks for one press of each button and writes into the device file what it was. */
import type { DeviceConfig } from '../../../device/config.ts';
import type { Everywhere } from '../../../device/hardware/listen-everywhere.ts';
import type { Terminal } from '../command.ts';
import { isSamePress, type LearntPress, learnPress, listenToRest, pressWords } from './learn-press.ts';
import type { LearntButton } from './learnt-file.ts';

/** Long enough for a trembling stick to show that it trembles. */
const REST_MS = 2000;

/** How long one button is waited for. */
const PRESS_WITHIN_MS = 60_000;

/** Resolves to what was learnt: nothing for buttons nobody pressed, and nothing at all when there is nothing to hear. */
export async function learnButtons(
  buttons: DeviceConfig['buttons'],
  everywhere: Everywhere,
  terminal: Terminal,
): Promise<readonly LearntButton[]> {
  const { out, error, signal } = terminal;
  for (const sentence of everywhere.refused) error(sentence);
  if (everywhere.names.length === 0) {
    error(
      'There is no HID device and no keyboard to listen to. Plug the buttons in, or run this as a user who may read them.',
    );
    return [];
  }
  out(`Listening to ${everywhere.names.join(', ')}.`);
  out('Hands off for a moment.');
  const resting = await listenToRest(everywhere, REST_MS);
  const learnt: LearntButton[] = [];
  for (const { id, label, colour } of buttons) {
    if (signal.aborted) break;
    out(`Press ${label} (${colour}) and let go.`);
    const press = await nextNewPress();
    if (press === undefined) {
      out(`  No press came; ${label} stays as it was.`);
      continue;
    }
    out(`  ${label} is ${pressWords(press)}.`);
    learnt.push({ button: id, press });
  }
  return signal.aborted ? [] : learnt;

  async function nextNewPress(): Promise<LearntPress | undefined> {
    for (;;) {
      const press = await learnPress(everywhere, resting, { withinMs: PRESS_WITHIN_MS, signal });
      const known = press && learnt.find((one) => isSamePress(one.press, press));
      if (known === undefined) return press;
      out(`  That was ${known.button} again; press another.`);
    }
  }
}
