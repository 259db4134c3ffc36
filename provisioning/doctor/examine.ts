/** Has the machine examined, and is done in time whatever hangs: what did not answer is told as such. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledEntry } from '../../device/compiled-entry.ts';
import { createLineCutter } from '../../device/hardware/child-program.ts';
import { NO_ANSWERS } from './all-checks.ts';
import type { Finding } from './finding.ts';

/** The start, all checks with their own limits, and a large database on a slow card after them, ms. */
const EXAMINED_WITHIN_MS = 100_000;

export interface ExaminationOptions {
  /** The device file; undefined for none. */
  readonly config: string | undefined;
  readonly data: string;
  /** Gives up: what is known by then is the result. */
  readonly signal: AbortSignal;
  readonly withinMs?: number;
  readonly entry?: URL;
}

/** A finding of every check, in their order. Never rejects. */
export function examine(options: ExaminationOptions): Promise<readonly Finding[]> {
  const { config = '', data, signal, withinMs = EXAMINED_WITHIN_MS } = options;
  const entry = fileURLToPath(options.entry ?? compiledEntry(import.meta.url, './examination-process.ts'));
  const findings = new Map<string, Finding>();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [entry, config, data], { stdio: ['ignore', 'pipe', 'ignore'] });
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      // One that hangs in the kernel cannot be ended; it is let go of.
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.unref();
      resolve(NO_ANSWERS.map((none) => findings.get(none.check) ?? none));
    };
    const timer = setTimeout(finish, withinMs);
    signal.addEventListener('abort', finish, { once: true });
    child.stdout.on(
      'data',
      createLineCutter((line) => {
        const finding = findingOf(line);
        if (finding !== undefined) findings.set(finding.check, finding);
      }),
    );
    child.on('error', finish);
    child.on('close', finish);
  });
}

/** A native module may print a line of its own among them. */
function findingOf(line: string): Finding | undefined {
  try {
    return JSON.parse(line) as Finding;
  } catch {
    return undefined;
  }
}
