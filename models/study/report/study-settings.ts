/** What a reader must know of a run to repeat it, and what the report is made of. */
import type { PersonScore } from '../scores.ts';

export interface StudySettings {
  /** Short name of the data, "DEAM"; of two sets "DEAM → PMEmo". */
  readonly dataName: string;
  /** SHA-256 over the files read, hex. */
  readonly sha256: string;
  readonly seed: number;
  /** Of the program, "0.1.0"; with a commit where known. */
  readonly version: string;
  /** A smaller run, for a quick look: said at the top. */
  readonly quick: boolean;
  /** Which songs, people, folds, orders ... in the order shown, "Press orders" → "3". */
  readonly details: readonly (readonly [name: string, value: string])[];
}

/** Files to be written beside the report, by name: the seed's CSVs, for one. */
export type ExtraFiles = Readonly<Record<string, string>>;

export interface StudyOutcome {
  /** All protocols together. */
  readonly rows: readonly PersonScore[];
  readonly settings: StudySettings;
}
