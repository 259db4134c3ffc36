/** Writes a study's report: one HTML file that needs nothing else, its figures as files of their own, and its tables. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { standaloneSvg } from '../figures/figure.ts';
import { type ReportContent, reportContent } from './content.ts';
import { comparisonsCsv, summariesCsv, targetsCsv } from './csv.ts';
import { reportPage } from './page.ts';
import type { ExtraFiles, StudyOutcome } from './study-settings.ts';

export interface ReportOrder extends StudyOutcome {
  /** Made where it is not there. */
  readonly folder: string;
  readonly extraFiles?: ExtraFiles;
}

/** Writes report.html, summary.csv, comparisons.csv, targets.csv, figures/*.svg and the extra files; gives their paths. */
export function writeReport({ folder, extraFiles = {}, ...outcome }: ReportOrder): readonly string[] {
  const content = reportContent(outcome);
  const files = { ...reportFiles(content), ...extraFiles };
  mkdirSync(join(folder, 'figures'), { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    // A reader never finds half a report.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    return path;
  });
}

function reportFiles(content: ReportContent): Readonly<Record<string, string>> {
  const figures = content.sections.flatMap(({ figures }) => figures);
  return {
    'report.html': reportPage(content),
    'summary.csv': summariesCsv(content.summaries),
    'comparisons.csv': comparisonsCsv(content.comparisons),
    'targets.csv': targetsCsv(content.targets),
    ...Object.fromEntries(figures.map((figure) => [`figures/${figure.name}.svg`, standaloneSvg(figure)])),
  };
}
