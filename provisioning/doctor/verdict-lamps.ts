/** The verdicts as light: one lamp for each group, in the order of the buttons. Pure. */
import type { ButtonId, LampPattern } from '../../device/core/ports.ts';
import { type Finding, GROUPS, gravest, type Verdict } from './finding.ts';

/** Steady: good; slow breathing: look there; dark: nothing of it is here. */
const PATTERNS: Readonly<Record<Verdict, LampPattern>> = {
  good: 'glow',
  look: 'degraded',
  broken: 'degraded',
  notHere: 'off',
};

/** `buttons`: those that have a lamp, in their order. With fewer lamps than groups the last stands for all the rest. */
export function verdictLamps(
  findings: readonly Finding[],
  buttons: readonly ButtonId[],
): ReadonlyMap<ButtonId, LampPattern> {
  const lamps = buttons.slice(0, GROUPS.length);
  return new Map(
    lamps.map((button, at) => {
      const groups = GROUPS.slice(at, at === lamps.length - 1 ? undefined : at + 1);
      const ofGroups = findings.filter(({ group }) => groups.includes(group));
      return [button, PATTERNS[gravest(ofGroups.map(({ verdict }) => verdict))]];
    }),
  );
}
