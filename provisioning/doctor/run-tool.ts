/** Runs a small program to its end, or gives it up: whatever it does, the answer comes in time. */
import { spawn } from 'node:child_process';

export type ToolAnswer =
  | { readonly kind: 'ended'; readonly code: number | null; readonly output: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'tooSlow' };

/** More than any of the tools prints, bytes. */
const MOST_OUTPUT = 256 * 1024;

/**
 * What it printed on stdout. A program that hangs in the kernel cannot be ended; it is let go of, and nobody waits.
 * `signal` gives it up earlier.
 */
export function runTool(
  command: string,
  args: readonly string[],
  withinMs: number,
  signal?: AbortSignal,
): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    let output = '';
    const settle = (answer: ToolAnswer): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(answer);
    };
    const giveUp = (): void => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.unref();
      settle({ kind: 'tooSlow' });
    };
    const timer = setTimeout(giveUp, withinMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MOST_OUTPUT) output += text;
    });
    child.on('error', () => settle({ kind: 'missing' }));
    child.on('close', (code) => settle({ kind: 'ended', code, output }));
  });
}

/** What a program printed that ended well; undefined for any other. */
export function outputOf(answer: ToolAnswer): string | undefined {
  return answer.kind === 'ended' && answer.code === 0 ? answer.output : undefined;
}
