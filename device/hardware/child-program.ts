/** Small programs the box reads from and speaks to: their output as it comes, and the reason when they end. */
import { spawn } from 'node:child_process';

/** How much of what a program says on stderr is kept for the reason, characters. */
const REASON_LENGTH = 200;

/** How long a program that was asked to finish may take, ms. */
const FINISH_WITHIN_MS = 500;

export interface ChildProgram {
  /** One line on its stdin; lost when it is gone. */
  write(line: string): void;
  /** Ends it at once. */
  close(): void;
  /** Lets it do what it was told, closes its stdin, and ends it if that does not. */
  finish(): void;
}

export type StartProgram = (options: {
  readonly command: string;
  readonly args: readonly string[];
  readonly onOutput: (bytes: Buffer) => void;
  /** It ended by itself, or never began; once. */
  readonly onEnd: (reason: string) => void;
}) => ChildProgram;

/** The real thing. Its stdin stays open until then, so that a program may notice when the box is gone. */
export const startProgram: StartProgram = ({ command, args, onOutput, onEnd }) => {
  // In English, and without perl's complaint about languages that are not installed: what it says last is a reason for people.
  const env = { ...process.env, LC_ALL: 'C' };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  let complaint = '';
  let isOver = false;
  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    onEnd(reason);
  };
  child.stdin.on('error', () => {}); // It went before its stdin was closed: the end tells why.
  child.stdout.on('data', onOutput);
  child.stderr.on('data', (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(0, REASON_LENGTH);
  });
  child.on('error', (error: NodeJS.ErrnoException) =>
    end(error.code === 'ENOENT' ? `there is no "${command}" here` : `${command}: ${error.message}`),
  );
  // `close`, not `exit`: only now has all of stderr been read.
  child.on('close', (code, signal) =>
    end(complaint.trim() || `${command} ended (${signal === null ? `exit code ${code}` : signal})`),
  );
  return {
    write(line) {
      if (!isOver) child.stdin.write(`${line}\n`);
    },
    close() {
      isOver = true;
      child.kill();
    },
    finish() {
      isOver = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill(), FINISH_WITHIN_MS);
      child.on('exit', () => clearTimeout(timer));
    },
  };
};

/** Cuts a stream of bytes into lines; what is left waits for its end. */
export function createLineCutter(onLine: (line: string) => void): (bytes: Buffer) => void {
  let rest = '';
  return (bytes) => {
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  };
}
