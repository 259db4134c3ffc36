/**
 * The machine's serial console: lines come out, commands go in. What was said is kept, so that a wait that begins late
 * misses nothing.
 */
import type { Readable, Writable } from 'node:stream';

export interface ConsoleLine {
  /** `performance.now()` of this side when the line came. */
  readonly atMs: number;
  readonly text: string;
}

export interface MachineConsole {
  /** Everything said so far. */
  readonly lines: readonly ConsoleLine[];
  /** The first line from `lines[from]` on that matches. Rejects after `withinMs`, or when the machine goes, with its last lines. */
  waitFor(pattern: RegExp, withinMs: number, from?: number): Promise<ConsoleLine>;
  /** Runs a shell command and resolves with what it printed; rejects when it fails. */
  run(command: string, withinMs?: number): Promise<string>;
}

/** Emulated programs take their time on a busy machine. */
const COMMAND_MS = 30_000;

export function createConsole(output: Readable, input: Writable, gone: Promise<void>): MachineConsole {
  const lines: ConsoleLine[] = [];
  const waits = new Set<() => void>();
  let isGone = false;
  let rest = '';
  let commands = 0;

  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const parts = (rest + chunk).split(/\r*\n/);
    rest = parts.pop()!;
    for (const text of parts) lines.push({ atMs: performance.now(), text });
    for (const look of [...waits]) look();
  });
  const end = (): void => {
    isGone = true;
    for (const look of [...waits]) look();
  };
  gone.then(end, end);

  function waitFor(pattern: RegExp, withinMs: number, from = 0): Promise<ConsoleLine> {
    return new Promise((resolve, reject) => {
      let next = from;
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        waits.delete(look);
        finish();
      };
      const fail = (why: string): void => {
        const said = lines.slice(-15).map(({ text }) => `  ${text}`);
        settle(() =>
          reject(new Error(`${why} while waiting for ${pattern}. It said last:\n${said.join('\n')}`)),
        );
      };
      const look = (): void => {
        for (; next < lines.length; next += 1) {
          const line = lines[next]!;
          if (pattern.test(line.text)) {
            settle(() => resolve(line));
            return;
          }
        }
        if (isGone) fail('the machine went');
      };
      const timer = setTimeout(() => fail(`${withinMs / 1000} s passed`), withinMs);
      waits.add(look);
      look();
    });
  }

  return {
    lines,
    waitFor,
    async run(command, withinMs = COMMAND_MS) {
      commands += 1;
      const mark = `@@${commands}`;
      const from = lines.length;
      // The markers are split so that an echoed command is not taken for its end.
      input.write(
        `printf '%s\\n' "@""@${commands}"; { ${command}; } 2>&1; printf '\\n%s %s\\n' "@""@${commands}" "$?"\n`,
      );
      const begin = await waitFor(new RegExp(`^${mark}$`), withinMs, from);
      const end = await waitFor(new RegExp(`^${mark} \\d+$`), withinMs, from);
      const printed = lines.slice(lines.indexOf(begin) + 1, lines.indexOf(end)).map(({ text }) => text);
      const status = Number(end.text.split(' ')[1]);
      const text = printed.join('\n').trim();
      if (status !== 0) throw new Error(`${command}: status ${status}: ${text}`);
      return text;
    },
  };
}
