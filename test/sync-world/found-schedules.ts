/** Schedules that once lost something, shrunk, with what was wrong. */
import type { Schedule } from './schedule.ts';

export const FOUND_SCHEDULES = {
  // A fork was acknowledged as it was, so what only the lost database had kept was never sent again.
  'a restored server gave a clone the places of events it had acknowledged before': {
    happenings: [
      { kind: 'cardCloned' },
      { kind: 'serverRestored', isTold: false },
      { kind: 'pressedLater', box: 0, times: 1 },
      { kind: 'deadlinesPassed', count: 1 },
    ],
    faults: [],
  },
  // A server that lacked part of one epoch was still believed about what it had set aside of another.
  'a restored server lost what it had set aside of a forked epoch': {
    happenings: [
      { kind: 'cardCloned' },
      { kind: 'pressed', box: 0, times: 2 },
      { kind: 'serverRestored', isTold: false },
      { kind: 'boxSwitched', box: 2 },
      { kind: 'pressed', box: 2, times: 3 },
      { kind: 'boxSwitched', box: 0 },
    ],
    faults: [],
  },
  // Its stale view made a gap look like a loss, and it told the server to go on without the event.
  'a process did not know what another process of the same box had got acknowledged': {
    happenings: [
      { kind: 'deadlinesPassed', count: 2 },
      { kind: 'twinStarted', box: 1, count: 1 },
      { kind: 'serverRestored', isTold: false },
      { kind: 'cardCloned' },
      { kind: 'pressed', box: 0, times: 1 },
    ],
    faults: ['ok', 'ok', 'ok', 'ok', 'replyBare', 'unreachable'],
  },
  // The box had only its new key, and stayed locked out until a person enrolled it again.
  'a restored server knew only the keys of the boxes from before their rotations': {
    happenings: [
      { kind: 'keyRotated', box: 0 },
      { kind: 'pressed', box: 0, times: 2 },
      { kind: 'deadlinesPassed', count: 2 },
      { kind: 'boxSwitched', box: 0 },
      { kind: 'deadlinesPassed', count: 2 },
      { kind: 'keyRotated', box: 0 },
      { kind: 'serverRestored', isTold: true },
      { kind: 'pressed', box: 0, times: 1 },
    ],
    faults: [],
  },
} satisfies Record<string, Schedule>;
