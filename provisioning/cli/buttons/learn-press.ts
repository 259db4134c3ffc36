/** Finds out what one press is: which device it came from, and which key or which part of its reports it moved. */
import { isClosedIn, movedBy } from '../../../device/core/hid-contacts.ts';
import type { Everywhere, Heard } from '../../../device/hardware/listen-everywhere.ts';

export type LearntPress =
  | {
      readonly kind: 'hid';
      readonly device: string;
      readonly byte: number;
      readonly mask: number;
      readonly value: number;
    }
  | { readonly kind: 'key'; readonly device: string; readonly code: number };

/** The reports of each device while nobody touches it. */
export type Resting = ReadonlyMap<string, readonly Uint8Array[]>;

/** How often what was heard is looked at, ms: a press is learnt this long after it is let go, at most. */
const LOOK_EVERY_MS = 300;

/** Listens for a while with hands off: what changes now changes by itself. */
export async function listenToRest(everywhere: Everywhere, forMs: number): Promise<Resting> {
  const reports = new Map<string, Uint8Array[]>();
  everywhere.onHeard((heard) => keepReport(reports, heard));
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return reports;
}

/** Resolves once a button was pressed and let go; to undefined when none was in time, or on `signal`. */
export function learnPress(
  everywhere: Everywhere,
  resting: Resting,
  options: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<LearntPress | undefined> {
  return new Promise((resolve) => {
    const reports = new Map<string, Uint8Array[]>();
    const finish = (learnt?: LearntPress): void => {
      clearInterval(looking);
      clearTimeout(deadline);
      options.signal.removeEventListener('abort', giveUp);
      everywhere.onHeard(() => {});
      resolve(learnt);
    };
    const giveUp = (): void => finish();
    const looking = setInterval(() => {
      for (const [device, during] of reports) {
        const moved = movedBy(resting.get(device) ?? [], during);
        // Not before it is let go, or the next button would be learnt from this one's release.
        if (moved === undefined || isClosedIn(during.at(-1)!, moved) !== false) continue;
        return finish({ kind: 'hid', device, ...moved });
      }
    }, LOOK_EVERY_MS);
    const deadline = setTimeout(giveUp, options.withinMs);
    options.signal.addEventListener('abort', giveUp, { once: true });
    let pressed: number | undefined;
    everywhere.onHeard((heard) => {
      keepReport(reports, heard);
      if (heard.kind !== 'key') return;
      if (heard.isDown) pressed = heard.code;
      else if (heard.code === pressed) finish({ kind: 'key', device: heard.device, code: heard.code });
    });
  });
}

function keepReport(reports: Map<string, Uint8Array[]>, heard: Heard): void {
  if (heard.kind !== 'report') return;
  reports.set(heard.device, [...(reports.get(heard.device) ?? []), heard.report]);
}

export function isSamePress(a: LearntPress, b: LearntPress): boolean {
  if (a.device !== b.device) return false;
  if (a.kind === 'key') return b.kind === 'key' && a.code === b.code;
  return b.kind === 'hid' && a.byte === b.byte && a.mask === b.mask && a.value === b.value;
}

/** For people. */
export function pressWords(press: LearntPress): string {
  return press.kind === 'key'
    ? `key ${press.code} of ${press.device}`
    : `byte ${press.byte}, bits 0x${press.mask.toString(16).padStart(2, '0')} of ${press.device}`;
}
