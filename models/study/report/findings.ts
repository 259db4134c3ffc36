/** What the sections of a report are made from, and what a section is. */
import type { Figure } from '../figures/figure.ts';
import type { Comparison, MethodSummary } from '../statistics-methods.ts';
import type { StudySettings } from './study-settings.ts';

export interface Table {
  /** Long: shown when asked for. */
  readonly isFolded?: boolean;
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row names it; the others are numbers. */
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  /** Fragment of its address in the page. */
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** What the sections are made from. */
export interface Findings {
  readonly settings: StudySettings;
  readonly summaries: readonly MethodSummary[];
  /** Against the population, against `ours` (what each part brings), and `ours` against the personal forest. */
  readonly comparisons: readonly Comparison[];
}
