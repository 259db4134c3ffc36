/** The whole in one sentence. Pure. */
import type { Finding } from './finding.ts';

export function summaryOf(findings: readonly Finding[]): string {
  const count = (wanted: Finding['verdict']): number =>
    findings.filter(({ verdict }) => verdict === wanted).length;
  const [faults, looks] = [count('broken'), count('look')];
  if (faults === 0 && looks === 0) return 'Nothing is broken: all is well.';
  const doubts = looks === 0 ? '' : looks === 1 ? 'one thing wants a look' : `${looks} things want a look`;
  if (faults === 0) return `Nothing is broken; ${doubts}.`;
  const broken = faults === 1 ? 'One thing is broken' : `${faults} things are broken`;
  return doubts === '' ? `${broken}.` : `${broken}, and ${doubts}.`;
}
