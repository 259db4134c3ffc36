/** Time from the operating system. */
import { existsSync } from 'node:fs';
import type { Clock } from '../core/ports.ts';

/** systemd-timesyncd touches this file once the clock has been set from the network. */
const SYNCHRONISED_MARK = '/run/systemd/timesync/synchronized';

/** Nothing of ours ran before this; an earlier wall clock was never set. */
const EARLIEST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

export const systemClock: Clock = {
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  wallMs: () => Date.now(),
  clockState() {
    if (Date.now() < EARLIEST_PLAUSIBLE_MS) return 'unset';
    if (existsSync(SYNCHRONISED_MARK)) return 'ntp';
    return existsSync('/dev/rtc0') ? 'rtc' : 'floor';
  },
};
