/** Lets the loop run before the machine's other work: a press waits for nothing, not even a scan of the music. */
import { constants, setPriority } from 'node:os';

/**
 * Raises the calling thread and the threads it will start. Needs a right that systemd gives by `LimitNICE=-10` and
 * a laptop's user seldom has: without it everything works, only later under load. Returns whether it was raised.
 */
export function raiseThreadPriority(): boolean {
  try {
    // On Linux 0 is the calling thread, not the process.
    setPriority(0, constants.priority.PRIORITY_HIGH);
    return true;
  } catch {
    return false;
  }
}

/** Lets every other thread run before the calling one. Never refused where priorities exist at all. */
export function lowerThreadPriority(): void {
  try {
    setPriority(0, constants.priority.PRIORITY_LOW);
  } catch {
    // Then it runs at the priority it has: later or earlier, the same result.
  }
}
