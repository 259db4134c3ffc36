/** The real terminal: lines to stdout and stderr, one progress line that is redrawn in place. */
import type { Terminal } from './command.ts';

export function createTerminal(signal: AbortSignal): Terminal {
  const { stdout, stderr } = process;
  let isProgressShown = false;
  // Whoever read has enough, as `head` does: that is no failure, and the rest goes nowhere.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }

  function clearProgress(): void {
    if (isProgressShown) stdout.write('\r\x1b[2K');
    isProgressShown = false;
  }

  return {
    signal,
    out(line) {
      clearProgress();
      stdout.write(`${line}\n`);
    },
    error(line) {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress(text, done = false) {
      if (!stdout.isTTY) {
        // In a log a redrawn line is noise; its end is worth a line.
        if (done) stdout.write(`${text}\n`);
        return;
      }
      stdout.write(`\r\x1b[2K${text.slice(0, (stdout.columns ?? 80) - 1)}${done ? '\n' : ''}`);
      isProgressShown = !done;
    },
  };
}

/** A bar of `width` characters, such as `████████░░░░`. */
export function bar(done: number, total: number, width = 24): string {
  const filled = total === 0 ? width : Math.round((done / total) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Seconds while they are few, minutes and hours beyond: nobody waits for the last second of an hour. */
export function timeLeftWords(seconds: number): string {
  if (seconds <= 90) return `${Math.ceil(seconds)} s left`;
  if (seconds <= 90 * 60) return `${Math.ceil(seconds / 60)} min left`;
  return `${Math.ceil(seconds / 3600)} h left`;
}
