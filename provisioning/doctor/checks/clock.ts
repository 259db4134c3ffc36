/** Does the machine know what time it is. The box works without: only the times in its record are less sure. */
import { good, type Judgement, look } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { outputOf } from '../run-tool.ts';

/** Nothing of ours ran before this, as in device/hardware/system-clock.ts. */
const EARLIEST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

export async function checkClock({ machine }: Visit): Promise<Judgement> {
  const nowMs = machine.wallMs();
  const time = `${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const hasBattery = (await machine.list('/sys/class/rtc')).length > 0;
  const keeps = hasBattery ? 'with a clock chip' : 'without a clock chip';
  if (nowMs < EARLIEST_PLAUSIBLE_MS) {
    return look(
      `${time}: never set, ${keeps}`,
      'The box works all the same, and times are corrected once it reaches its server. To set the clock, connect it to a network for a minute.',
    );
  }
  const isSynchronised = await isSetByNetwork(machine);
  if (isSynchronised === undefined) return good(`${time}, ${keeps}`);
  return good(`${time}, ${isSynchronised ? 'set by the network' : 'not set by the network'}, ${keeps}`);
}

/** Undefined where nobody tells. */
async function isSetByNetwork(machine: Machine): Promise<boolean | undefined> {
  if ((await machine.access('/run/systemd/timesync/synchronized', 'read')) !== 'missing') return true;
  // Covers every program that sets the clock: it reads the kernel's own flag (adjtimex, STA_UNSYNC).
  const told = outputOf(await machine.run('timedatectl', ['show', '--property=NTPSynchronized', '--value']));
  return told === undefined ? undefined : told.trim() === 'yes';
}
