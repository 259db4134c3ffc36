/** Everything the doctor looks at, in the order it is told. */
import { checkBox } from './checks/box-process.ts';
import { checkHid, checkKeyboards } from './checks/cabled-buttons.ts';
import { checkClock } from './checks/clock.ts';
import { checkComputer } from './checks/computer.ts';
import { checkCard, checkSpace } from './checks/disk.ts';
import { checkPins } from './checks/header.ts';
import { checkLamps } from './checks/lamps.ts';
import { checkMemory } from './checks/memory.ts';
import { checkPower } from './checks/power.ts';
import { checkDatabase, checkMusic, checkServer } from './checks/record.ts';
import { checkRights } from './checks/rights.ts';
import { checkBuffer } from './checks/sound-buffer.ts';
import { checkCards, checkVolume } from './checks/sound-card.ts';
import { type Finding, type Group, look } from './finding.ts';
import type { Check, Visit } from './machine.ts';

interface NamedCheck {
  readonly group: Group;
  readonly check: string;
  readonly run: Check;
  /** Holds up the whole process while it runs, so it runs last. */
  readonly isBlocking?: true;
}

const CHECKS: readonly NamedCheck[] = [
  { group: 'power', check: 'computer', run: checkComputer },
  { group: 'power', check: 'power', run: checkPower },
  { group: 'power', check: 'memory', run: checkMemory },
  { group: 'power', check: 'clock', run: checkClock },
  { group: 'power', check: 'disk space', run: checkSpace },
  { group: 'power', check: 'disk health', run: checkCard },
  { group: 'hands', check: 'rights', run: checkRights },
  { group: 'hands', check: 'pins', run: checkPins },
  { group: 'hands', check: 'encoders', run: checkHid },
  { group: 'hands', check: 'keyboards', run: checkKeyboards },
  { group: 'hands', check: 'lamps', run: checkLamps },
  { group: 'sound', check: 'sound card', run: checkCards },
  { group: 'sound', check: 'buffer', run: checkBuffer },
  { group: 'sound', check: 'volume', run: checkVolume },
  { group: 'record', check: 'box', run: checkBox },
  { group: 'record', check: 'database', run: checkDatabase, isBlocking: true },
  { group: 'record', check: 'music', run: checkMusic },
  { group: 'record', check: 'server', run: checkServer },
];

/** What a check is told as that does not come to an end. */
export function withoutAnswer({ group, check }: Pick<Finding, 'group' | 'check'>): Finding {
  const hint = 'Try once more. If it stays so, a disk or a network folder hangs: often a card that fails.';
  return { group, check, ...look('no answer in time', hint) };
}

/** One of each check, as no check answered. */
export const NO_ANSWERS: readonly Finding[] = CHECKS.map(withoutAnswer);

/**
 * Runs every check; `tell` is called with each finding as it comes, in any order. A check that fails or takes longer
 * than `withinMs` is a finding too.
 */
export async function runChecks(
  visit: Visit,
  withinMs: number,
  tell: (finding: Finding) => void,
): Promise<void> {
  const one = async (named: NamedCheck): Promise<void> => {
    const { group, check, run } = named;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Finding>((resolve) => {
      timer = setTimeout(() => resolve(withoutAnswer(named)), withinMs);
    });
    const answer = Promise.resolve(run(visit)).then(
      (judgement) => ({ group, check, ...judgement }),
      (error: Error) => ({
        group,
        check,
        ...look(`could not be looked at (${error.message})`, 'Tell whoever keeps AMECS.'),
      }),
    );
    tell(await Promise.race([answer, late]));
    clearTimeout(timer);
  };
  await Promise.all(CHECKS.filter(({ isBlocking }) => !isBlocking).map(one));
  for (const blocking of CHECKS.filter(({ isBlocking }) => isBlocking)) await one(blocking);
}
