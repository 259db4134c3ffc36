/** The verdicts as a few sentences to be heard: what is well in one, then each fault with what to do. Pure. */
import type { Finding } from './finding.ts';
import { summaryOf } from './summary.ts';

/** One sentence or two each, without paths and commands. */
export function spokenSentences(findings: readonly Finding[]): readonly string[] {
  const faults = findings.filter(({ verdict }) => verdict === 'broken');
  return [
    summaryOf(findings),
    ...faults.map(({ check, found, hint }) => `${check}: ${plain(found)}. ${hint ?? ''}`.trim()),
    ...(faults.length > 0 ? ['What to type stands on the screen.'] : []),
  ];
}

/** Without what is in brackets and after a semicolon, which is for the screen, and without paths. */
function plain(text: string): string {
  return text
    .replace(/ ?\([^)]*\)/g, '')
    .replace(/;.*$/, '')
    .replace(/\/[\w/.-]+/g, 'a file');
}
