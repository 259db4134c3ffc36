/** `amecs doctor`: looks at everything a box needs and says what to do, as a table, as lamps, and aloud. */
import { ConfigError, type DeviceConfig, parseDeviceConfig, readDeviceConfig } from '../../device/config.ts';
import { runningBoxes } from '../doctor/checks/box-process.ts';
import { examine } from '../doctor/examine.ts';
import { createMachine } from '../doctor/real-machine.ts';
import { spokenSentences } from '../doctor/spoken-words.ts';
import { summaryOf } from '../doctor/summary.ts';
import type { Command } from './command.ts';
import { findingsTable } from './doctor/findings-table.ts';
import { showLamps } from './doctor/show-lamps.ts';
import { speak } from './doctor/speak.ts';
import { dataFolder, parseOptions } from './options.ts';

const OPTIONS = {
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  lamps: { type: 'boolean', default: false },
  speak: { type: 'boolean', default: false },
} as const;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look whether this machine has what a box needs, and say what to do',
  help: `Usage: amecs doctor [--config FILE] [--data DIR] [--lamps] [--speak] [--json]

Looks at the computer and its power, disk and clock, the buttons and lamps, the sound, the database and the server.
Only looks: nothing is changed, and the box may run meanwhile. Each line says

  good       nothing to do
  look       it works, but somebody should see to it
  BROKEN     the child is worse off by it; the line below says what to do
  not here   this machine has none, or the device file asks for none

  --config FILE   the device file (JSON) of the box
  --data DIR      where the box keeps everything (default: ~/.local/share/amecs)
  --lamps         show it for a minute on the lamps of the device file as well, while the box does not run: the first
                  stands for computer, power and disk, the second for buttons and lamps, the third for sound, the
                  fourth for database and server; steady is good, slow breathing is where to look, dark is not here
  --speak         also read the summary and what is broken aloud, quietly, through espeak-ng
  --json          for programs

Ends with 0 when nothing is broken, else with 1. docs/box.md tells how a box is put together.`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, OPTIONS);
    let config: DeviceConfig;
    try {
      config =
        values.config === undefined ? parseDeviceConfig({}, 'default') : readDeviceConfig(values.config);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      terminal.error(error.message);
      return 2;
    }
    const findings = await examine({
      config: values.config,
      data: dataFolder(values.data),
      signal: terminal.signal,
    });
    if (terminal.signal.aborted) return 130;
    if (values.json) terminal.out(JSON.stringify({ summary: summaryOf(findings), findings }, null, 2));
    // A serial console says 0.
    else for (const line of findingsTable(findings, process.stdout.columns || 80)) terminal.out(line);
    if (values.speak) await speak(spokenSentences(findings), terminal);
    if (values.lamps) {
      if ((await runningBoxes(createMachine())).length === 0) await showLamps(findings, config, terminal);
      else
        terminal.error(
          'The box runs and has the lamps. To see this on them, stop it first: "sudo systemctl stop amecs".',
        );
    }
    return findings.some(({ verdict }) => verdict === 'broken') ? 1 : 0;
  },
};
