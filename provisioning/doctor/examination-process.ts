/**
 * The examination in a process of its own: reading a failing card can hang in the kernel for ever, and then only
 * another process can still say so. Prints each finding as a line of JSON as soon as it is there.
 */
import { parseDeviceConfig, readDeviceConfig } from '../../device/config.ts';
import { runChecks } from './all-checks.ts';
import { createMachine } from './real-machine.ts';

/** All checks together take 2 s on a laptop and 20 s on a busy emulated Pi, and each shares the machine with the rest, ms. */
const CHECK_WITHIN_MS = 45_000;

const [configPath = '', data = ''] = process.argv.slice(2);
const config = configPath === '' ? parseDeviceConfig({}, 'default') : readDeviceConfig(configPath);
await runChecks({ machine: createMachine(), config, data }, CHECK_WITHIN_MS, (finding) => {
  process.stdout.write(`${JSON.stringify(finding)}\n`);
});
process.exit(0);
