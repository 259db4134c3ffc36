/**
 * Does the tasks of a study that no earlier run has done, several at a time, and stores each as it is finished.
 * Decides which worker does what; what a task is, only protocols know.
 */
import type { PieceStore } from './piece-store.ts';
import type { Protocol, Task } from './protocols/protocol.ts';
import type { PersonScore } from './scores.ts';

/** Does one task at a time: a thread, or the caller's own. */
export interface TaskRunner {
  /** `protocol`: its place among the study's protocols. */
  run(protocol: number, task: Task): Promise<readonly PersonScore[]>;
}

export interface StudyRun {
  readonly protocols: readonly Pick<Protocol, 'name' | 'tasks' | 'settings' | 'secondsATask'>[];
  readonly runners: readonly TaskRunner[];
  readonly store: PieceStore;
  /** Of data and code: stored results of others are not taken. */
  readonly origin: string;
  readonly onProgress?: (progress: StudyProgress) => void;
}

/** How far a study is. */
export interface StudyProgress {
  /** Of the task just done; undefined at the start. */
  readonly protocol: string | undefined;
  readonly done: number;
  readonly tasks: number;
  /** Of `done`, those found in the store. */
  readonly stored: number;
  /** Seconds on one core of what was done in this run, and of what is left, as guessed beforehand. */
  readonly guessedDone: number;
  readonly guessedLeft: number;
}

interface Piece {
  readonly protocol: number;
  readonly task: Task;
  readonly at: number;
}

/** All rows, in the order of the tasks. Rejects with the first failure; what was finished by then is stored. */
export async function runStudy(study: StudyRun): Promise<PersonScore[]> {
  const { protocols, runners, store, origin, onProgress } = study;
  const results: (readonly PersonScore[] | undefined)[] = [];
  const pending: Piece[] = [];
  const identityOf = ({ protocol, task }: Omit<Piece, 'at'>): unknown => {
    const { name, settings } = protocols[protocol]!;
    return { origin, protocol: name, settings, task };
  };
  for (const [protocol, { tasks }] of protocols.entries()) {
    for (const task of tasks) {
      const at = results.push(store.read(identityOf({ protocol, task }))) - 1;
      if (results[at] === undefined) pending.push({ protocol, task, at });
    }
  }
  const guess = ({ protocol }: Piece): number => protocols[protocol]!.secondsATask;
  const stored = results.length - pending.length;
  const progress = { done: stored, tasks: results.length, stored, guessedDone: 0 };
  let guessedLeft = pending.reduce((sum, piece) => sum + guess(piece), 0);
  onProgress?.({ ...progress, guessedLeft, protocol: undefined });

  const busyGrounds: (string | undefined)[] = runners.map(() => undefined);
  const groundOf = ({ protocol, task }: Piece): string => `${protocol}/${task.ground}`;

  /** More of the ground prepared already, else a ground nobody works on, else what is left. */
  function takeFor(runner: number): Piece | undefined {
    const own = pending.findIndex((piece) => groundOf(piece) === busyGrounds[runner]);
    const free = own >= 0 ? own : pending.findIndex((piece) => !busyGrounds.includes(groundOf(piece)));
    const [piece] = pending.splice(Math.max(0, free), 1);
    busyGrounds[runner] = piece === undefined ? undefined : groundOf(piece);
    return piece;
  }

  async function work(runner: TaskRunner, number: number): Promise<void> {
    for (let piece = takeFor(number); piece !== undefined; piece = takeFor(number)) {
      const rows = await runner.run(piece.protocol, piece.task);
      store.write(identityOf(piece), rows);
      results[piece.at] = rows;
      progress.done++;
      progress.guessedDone += guess(piece);
      guessedLeft -= guess(piece);
      onProgress?.({ ...progress, guessedLeft, protocol: protocols[piece.protocol]!.name });
    }
  }
  await Promise.all(runners.map(work));
  return results.flatMap((rows) => rows!);
}
