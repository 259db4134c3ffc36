/**
 * A child process for heavy work: what it took goes back to the system when it ends, which a thread's native memory does
 * not, and where memory runs out the system ends it before the box. Unless somebody waits for it, it gives way to all else.
 * Spoken to like a worker thread. Its own end is side-process-entry.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** How it ended. */
export interface SideProcessEnd {
  /** Continues "its process ...". */
  readonly how: string;
  /** Somebody outside ended it (a person, the system for want of memory): its work is not at fault. */
  readonly isFromOutside: boolean;
}

/** Does not keep the box's process alive. */
export interface SideProcess {
  /** What is said to one that is going down is lost. */
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: never) => void): unknown;
  /** Called once, and nothing after it; also for one that could not be started. */
  on(event: 'exit', listener: (end: SideProcessEnd) => void): unknown;
  /** Stands still at once, wherever it is, until `resume`; where the system cannot do that, it goes on. */
  pause(): void;
  resume(): void;
  /** Ends it at once, even paused. Resolves when it is gone. */
  terminate(): Promise<void>;
}

export interface SideProcessOptions {
  /** Of JavaScript objects; one that needs more dies. Samples and native memory lie outside. */
  readonly maxHeapMb: number;
  /** Whether the box waits for its answers, such as at its start; else everything else goes first. */
  readonly isWaitedFor?: boolean;
}

/** Signals that no fault of the process itself brings about. */
const FROM_OUTSIDE: ReadonlySet<string | null> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/**
 * A small nursery: samples lie outside the heap and are freed only when their wrappers are collected. At V8's default
 * of 48 MB hearing ogg, opus or m4a peaks 10 to 50 MB higher, and is no faster.
 */
const NURSERY_FLAG = '--max-semi-space-size=1';

/** Starts the compiled `entry`; a failure to do so is told as its end. */
export function startSideProcess(
  entry: URL,
  { maxHeapMb, isWaitedFor = false }: SideProcessOptions,
): SideProcess {
  let child: ChildProcess | undefined;
  let reportEnd = (_: SideProcessEnd): void => {};
  const ended = new Promise<SideProcessEnd>((resolve) => {
    reportEnd = resolve;
  });
  try {
    child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [NURSERY_FLAG, `--max-old-space-size=${maxHeapMb}`],
      // Else the C library keeps a heap for each of Node's threads.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    });
    child.once('error', (error) =>
      reportEnd({ how: `could not be started: ${error.message}`, isFromOutside: true }),
    );
    child.once('exit', (code, signal) =>
      reportEnd({ how: `ended (${signal ?? `exit code ${code}`})`, isFromOutside: FROM_OUTSIDE.has(signal) }),
    );
    setNiceness(
      child.pid,
      isWaitedFor ? constants.priority.PRIORITY_NORMAL : constants.priority.PRIORITY_LOW,
    );
    child.unref();
    child.channel?.unref();
  } catch (error) {
    // Some failures of the system (no memory) are thrown, others told as an event.
    reportEnd({ how: `could not be started: ${(error as Error).message}`, isFromOutside: true });
  }

  function signal(name: NodeJS.Signals): void {
    // Windows knows neither: there it goes on.
    if (process.platform !== 'win32') child?.kill(name);
  }

  return {
    postMessage(message) {
      if (child?.connected) child.send(message as object, () => {});
    },
    on(event: 'message' | 'exit', listener: (value: never) => void) {
      if (event === 'message') child?.on('message', listener as (message: unknown) => void);
      else void ended.then(listener as (end: SideProcessEnd) => void);
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async terminate() {
      child?.kill('SIGKILL');
      await ended;
    },
  };
}

/** From its first moment on, so that the threads it starts begin with the same. The box's own, higher one would go down to it. */
function setNiceness(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It is gone already, and its end tells of it.
  }
}
