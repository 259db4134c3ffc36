/** Runs the built `amecs` command as a user would, and lets a test wait for the lines it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const AMECS = resolve('dist/provisioning/cli/amecs.js');

export interface AmecsProcess {
  readonly child: ChildProcess;
  /** Everything printed so far, stdout and stderr by line. */
  readonly lines: readonly string[];
  /** How many lines there are now: a place to wait from. */
  mark(): number;
  /** The first line from `from` on that matches. Rejects when the process ends first. */
  line(pattern: RegExp, from?: number): Promise<string>;
  /** Sends the signal and resolves to the exit code with how long it took. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
  readonly ended: Promise<number | null>;
}

export function startAmecs(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): AmecsProcess {
  const child = spawn(process.execPath, [AMECS, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const lines: string[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      lines.push(...parts);
      news.emit('news');
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    hasEnded = true;
    news.emit('news');
    return code as number | null;
  });

  return {
    child,
    lines,
    ended,
    mark: () => lines.length,
    async line(pattern, from = 0) {
      for (;;) {
        const found = lines.slice(from).find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (hasEnded) throw new Error(`amecs ended without ${pattern}; it printed:\n${lines.join('\n')}`);
        await once(news, 'news');
      }
    },
    async end(signal) {
      const begin = performance.now();
      child.kill(signal);
      const code = await ended;
      return { code, tookMs: performance.now() - begin };
    },
  };
}

/** Runs to the end. */
export async function runAmecs(argv: readonly string[]): Promise<{ code: number | null; output: string }> {
  const process = startAmecs(argv);
  const code = await process.ended;
  return { code, output: process.lines.join('\n') };
}

/** Pids of the processes `parent` started whose command line contains `part`, from /proc. */
export function childrenOf(parent: number, part: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const ppid = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]);
        return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(part);
      } catch {
        return false; // Ended while we looked.
      }
    });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}
