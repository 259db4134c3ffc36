/** Tells a scan of the music folder on the terminal: a bar while it runs, then what could not be played and why. */
import type { ScanOutcome, ScanProgress } from '../../device/music/library.ts';
import type { Terminal } from './command.ts';
import { bar, timeLeftWords } from './terminal.ts';

/** Runs `scan` and tells it; undefined when it was interrupted. */
export async function tellScan(
  terminal: Terminal,
  scan: (onProgress: (progress: ScanProgress) => void) => Promise<ScanOutcome>,
): Promise<ScanOutcome | undefined> {
  try {
    const outcome = await scan(({ done, total, fileName, secondsLeft }) => {
      const left = secondsLeft === undefined || done === total ? '' : `  ${timeLeftWords(secondsLeft)}`;
      terminal.progress(`${bar(done, total)} ${done}/${total} files${left}  ${fileName}`, done === total);
    });
    if (outcome.kind === 'scanned') {
      for (const { path, reason, hint } of outcome.refused) terminal.error(`${path}: ${reason}. ${hint}`);
    } else {
      terminal.error(`${outcome.folder}: ${outcome.reason} ${outcome.hint}`);
    }
    return outcome;
  } catch (error) {
    if (terminal.signal.aborted) return undefined;
    throw error;
  }
}
