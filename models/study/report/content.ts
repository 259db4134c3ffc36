/** What a report says, before it is a page: numbers, targets, and a section with figures and tables for each protocol. */
import type { PersonScore } from '../scores.ts';
import { type Comparison, compareMethods, summariseMethods } from '../statistics-methods.ts';
import type { Findings, Section } from './findings.ts';
import { familyOf, PROTOCOL_FAMILIES, type ProtocolFamily } from './method-words.ts';
import { overviewWords } from './overview-words.ts';
import { realPeopleSection } from './real-people-section.ts';
import { seedProtocolSection } from './seed-protocol-section.ts';
import type { StudyOutcome } from './study-settings.ts';
import { type TargetResult, targetResults } from './targets.ts';
import { variantsSection } from './variants-section.ts';

export interface ReportContent extends Findings {
  /** Paragraphs. */
  readonly overview: readonly string[];
  readonly targets: readonly TargetResult[];
  readonly sections: readonly Section[];
}

/** Everything the report says. About two seconds for a full study: the bootstrap. */
export function reportContent({ rows, settings }: StudyOutcome): ReportContent {
  const summaries = summariseMethods(rows);
  const findings: Findings = { settings, summaries, comparisons: allComparisons(rows, settings.seed) };
  const targets = targetResults(findings.comparisons, summaries);
  return {
    ...findings,
    overview: overviewWords(findings, targets),
    targets,
    sections: sectionsOf(findings),
  };
}

function allComparisons(rows: readonly PersonScore[], seed: number): Comparison[] {
  const forestAndOurs = rows.filter(({ method }) => method === 'ours' || method === 'personalForest');
  return [
    ...compareMethods(rows, 'population', seed),
    ...compareMethods(rows, 'ours', seed).filter(({ method }) => method !== 'population'),
    ...compareMethods(forestAndOurs, 'personalForest', seed),
  ];
}

/** The protocols of a family, in the order first met. */
function protocolsOf(findings: Findings, family: ProtocolFamily | undefined): string[] {
  const names = new Set(findings.summaries.map(({ protocol }) => protocol));
  return [...names].filter((name) => familyOf(name) === family);
}

function sectionsOf(findings: Findings): Section[] {
  const others = protocolsOf(findings, undefined);
  const byFamily = PROTOCOL_FAMILIES.flatMap((family) => {
    const protocols = protocolsOf(findings, family);
    if (protocols.length === 0) return [];
    if (family === 'realPeople') return protocols.map((name) => realPeopleSection(findings, name));
    if (family === 'seedProtocol') return [seedProtocolSection(findings)];
    return [variantsSection(findings, family, protocols)];
  });
  return [...byFamily, ...others.map((name) => realPeopleSection(findings, name))];
}
