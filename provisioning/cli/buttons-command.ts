/** `amecs buttons`: which buttons the box has, learnt by pressing them, and what it makes of each touch. */
import { ConfigError, pressFilterOf } from '../../device/config.ts';
import { listenEverywhere } from '../../device/hardware/listen-everywhere.ts';
import { openHands } from '../../device/hardware/open-hands.ts';
import { createPressedButtons } from '../../device/hardware/pressed-buttons.ts';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { learnButtons } from './buttons/learn.ts';
import { readForLearning, writeLearnt } from './buttons/learnt-file.ts';
import { touchWords } from './buttons/touch-words.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { parseOptions } from './options.ts';

const OPTIONS = { config: { type: 'string' }, add: { type: 'boolean' } } as const;

const SUBCOMMANDS: Readonly<
  Record<string, (path: string, isAdding: boolean, terminal: Terminal) => Promise<number>>
> = { learn, watch };

export const buttonsCommand: Command = {
  name: 'buttons',
  summary: 'teach the box its buttons by pressing them, or watch what it makes of each touch',
  help: `Usage: amecs buttons learn --config FILE [--add]
       amecs buttons watch --config FILE

learn   asks for one press of each button of the device file, on arcade encoders, gamepads, keyboards and
        switch boxes, and writes into the file which one it was; a file that is not there yet is begun
watch   shows each press, and each touch that is none with the reason, until Ctrl-C; plays nothing

  --config FILE   the device file (JSON)
  --add           keep what the file says of these buttons, so that several switches serve one

Stop the box first ("systemctl stop amecs"): it keeps switch boxes to itself while it runs.`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, OPTIONS, true);
    const run = SUBCOMMANDS[positionals[0] ?? ''];
    if (run === undefined || positionals.length !== 1) {
      throw new UsageError(
        'Say what to do: "amecs buttons learn" or "amecs buttons watch". Add --help to see more.',
      );
    }
    if (values.config === undefined) throw new UsageError('Say which device file: --config FILE.');
    try {
      return await run(values.config, values.add ?? false, terminal);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      terminal.error(error.message);
      return 2;
    }
  },
};

async function learn(path: string, isAdding: boolean, terminal: Terminal): Promise<number> {
  const { buttons } = readForLearning(path);
  const everywhere = await listenEverywhere();
  try {
    const learnt = await learnButtons(buttons, everywhere, terminal);
    if (learnt.length === 0) {
      terminal.out(`${path} is as it was.`);
      return 1;
    }
    writeLearnt(path, learnt, isAdding);
    terminal.out(`${path} knows ${learnt.length} of ${buttons.length} buttons now. Start the box with it.`);
    return 0;
  } finally {
    await everywhere.close();
  }
}

async function watch(path: string, _: boolean, terminal: Terminal): Promise<number> {
  const config = readForLearning(path);
  const { lampPins: __, ...wired } = config;
  const hands = await openHands({
    settings: wired,
    clock: systemClock,
    tell: (sentence) => terminal.error(sentence),
  });
  if (hands.contacts.length === 0) {
    terminal.error(`${path} names no buttons that work here. "amecs buttons learn" finds those on a cable.`);
    return 1;
  }
  const buttons = createPressedButtons({
    sources: hands.contacts,
    settings: pressFilterOf(config),
    clock: systemClock,
  });
  buttons.onEdge((edge) => terminal.out(touchWords({ kind: 'edge', ...edge })));
  buttons.onNotice?.((notice) => terminal.out(touchWords(notice)));
  if (!terminal.signal.aborted) {
    await new Promise((resolve) => terminal.signal.addEventListener('abort', resolve, { once: true }));
  }
  await buttons.close();
  hands.close();
  return 0;
}
