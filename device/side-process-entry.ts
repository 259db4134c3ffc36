/** A side process's own end: hears the box, answers it, lives no longer than it, and is the first to go where memory runs out. */
import { writeFileSync } from 'node:fs';

/** Of -1000 to 1000: ahead of any program that did not ask for it. proc_pid_oom_score_adj(5) */
const FIRST_TO_GO = '900';

/** Passes on what the box says. To be called once, when everything is loaded. */
export function hearBox<Request, Answer>(
  onRequest: (request: Request) => void,
): { answer(answer: Answer): void } {
  // The box decides when this ends; Ctrl-C reaches the whole process group.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
  try {
    writeFileSync('/proc/self/oom_score_adj', FIRST_TO_GO);
  } catch {
    // No Linux: the system chooses by itself.
  }
  process.on('message', (request) => onRequest(request as Request));
  // The box may have gone while this was still loading: then nobody tells it again.
  if (!process.connected) process.exit(0);
  return {
    answer(answer) {
      // It may fail only because the box is gone, and then `disconnect` ends this process.
      if (process.connected) process.send!(answer as object, undefined, {}, () => {});
    },
  };
}
