/** Before the hardware tests: builds the emulated Pi where that is possible, else says why they are skipped. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT, whyNoEmulatedPi } from './box-on-pi.ts';

export default function ensureBuilt(): void {
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const { status } = spawnSync('sh', [join(import.meta.dirname, 'build.sh'), BUILT], { stdio: 'inherit' });
    if (status !== 0) process.stderr.write(`The emulated Pi could not be built; see the logs in ${BUILT}.\n`);
  }
  // Made anew by this build, in half a minute: an older build's database is not what a new box has.
  rmSync(join(BUILT, 'heard-songs'), { recursive: true, force: true });
  const reason = whyNoEmulatedPi();
  if (reason !== undefined) process.stderr.write(`The hardware tests are skipped: ${reason}.\n`);
}
