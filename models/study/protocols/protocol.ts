/** What the machinery of a study knows of a protocol: a list of small tasks, each done by itself from the same data. */
import type { ListeningData } from '../../population/listening-data.ts';
import type { PersonScore } from '../scores.ts';

/** The data of a study; the same object in every thread. */
export interface StudyMaterial {
  /** Whose people are tested. */
  readonly tested: ListeningData;
  /** Where population and prior come from, if not from the others of `tested`. */
  readonly training?: ListeningData;
  /** What the seed's protocol runs on, `tested` or the same songs with more features; absent where it is not run. */
  readonly seedProtocol?: ListeningData;
}

/** A part of a protocol that is run, stored and resumed by itself. */
export interface Task {
  /** Tasks of one ground share what is costly to prepare: a fold, a variant. */
  readonly ground: string;
  readonly person: string;
}

export interface Protocol {
  /** realPeople, repeatedLibrary ... */
  readonly name: string;
  /** Tasks of one ground follow one another. */
  readonly tasks: readonly Task[];
  /** Everything but data and code that results depend on; JSON-safe. */
  readonly settings: unknown;
  /** Rough, on one core of a desktop; only for the first estimate of the time left. */
  readonly secondsATask: number;
  /** The same task gives the same rows, whatever ran before. What a ground needs is kept until the next ground. */
  run(task: Task): PersonScore[];
}
