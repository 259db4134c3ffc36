/** Shows the verdicts on the box's own lamps for a while, which is for whoever has no screen at hand. */
import type { DeviceConfig } from '../../../device/config.ts';
import { openHands } from '../../../device/hardware/open-hands.ts';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import type { Finding } from '../../doctor/finding.ts';
import { verdictLamps } from '../../doctor/verdict-lamps.ts';
import type { Terminal } from '../command.ts';

/** Long enough to come and look, ms. */
const SHOWN_MS = 60_000;

/** Resolves when they were shown for a minute, or Ctrl-C; the lamps are dark then. */
export async function showLamps(
  findings: readonly Finding[],
  config: DeviceConfig,
  terminal: Terminal,
): Promise<void> {
  const { lampPins } = config;
  const lit = config.buttons.map(({ id }) => id).filter((id) => lampPins !== undefined && id in lampPins);
  if (lit.length === 0) {
    terminal.error('The device file has no lamps ("lampPins"), so there is nothing to show the verdicts on.');
    return;
  }
  const hands = await openHands({
    settings: { lampPins },
    clock: systemClock,
    tell: (sentence) => terminal.error(sentence),
  });
  try {
    for (const [button, pattern] of verdictLamps(findings, lit)) {
      for (const lamps of hands.lamps) lamps.show(button, pattern);
    }
    terminal.out(
      'The lamps show it for a minute: steady is good, slow breathing is where to look. Ctrl-C ends it.',
    );
    await pause(SHOWN_MS, terminal.signal);
  } finally {
    hands.close();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
