/**
 * Decides what a fleet of boxes sends to its server in one day, and when: each event as it happens while the box has a
 * network, all that waited when the network comes back. Pure and seeded; whoever plays the day does the sending.
 *
 *   which boxes      | network
 *   all              | gone during the outage, back for all in the same instant: the herd
 *   one in five      | of their own gone for some hours of the day
 *   one in thirty    | gone all week, back today with a week's journal
 */
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { MAX_BATCH_EVENTS } from '../../../sync-server/protocol/protocol-limits.ts';
import { seededRandom } from '../../models/child/child-fixtures.ts';
import { boxJournal, DAY_MS, FIRST_DAY_MS, HOUR_MS } from './made-up-journal.ts';

/** The time after school, when most boxes play. */
export const OUTAGE = { fromMs: 14.5 * HOUR_MS, untilMs: 17 * HOUR_MS };

const LONELY_SHARE = 1 / 5;
const LATECOMER_SHARE = 1 / 30;
const LATECOMER_DAYS = 7;

interface Gap {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A run of a box's journal that leaves it together. */
export interface FleetUpload {
  readonly box: number;
  /** Since midnight of the day. */
  readonly dueMs: number;
  readonly events: readonly JournalEvent[];
  /** It waited for the end of the outage. */
  readonly isHerd: boolean;
}

/** Every upload of the day by the time it is due; those of one box are in the order of its journal. */
export function fleetDay(boxes: number, seed: number): FleetUpload[] {
  const uploads = Array.from({ length: boxes }, (_, box) => boxDay(box, seed)).flat();
  return uploads.sort((a, b) => a.dueMs - b.dueMs || a.box - b.box);
}

function boxDay(box: number, seed: number): FleetUpload[] {
  const random = seededRandom(seed ^ Math.imul(box + 1, 0x85ebca6b));
  const isLatecomer = random() < LATECOMER_SHARE;
  const gaps = [OUTAGE, ...ownGaps(random, isLatecomer)];
  const days = isLatecomer ? LATECOMER_DAYS : 1;
  const todayMs = FIRST_DAY_MS + (days - 1) * DAY_MS;

  const uploads: (FleetUpload & { readonly events: JournalEvent[] })[] = [];
  for (const event of boxJournal(seed, box)) {
    if (event.stamp.wallMs >= todayMs + DAY_MS) break;
    const dueMs = onlineAtMs(Math.max(0, event.stamp.wallMs - todayMs), gaps);
    const last = uploads.at(-1);
    if (last?.dueMs === dueMs && last.events.length < MAX_BATCH_EVENTS) last.events.push(event);
    else uploads.push({ box, dueMs, events: [event], isHerd: dueMs === OUTAGE.untilMs });
  }
  return uploads;
}

function ownGaps(random: () => number, isLatecomer: boolean): Gap[] {
  if (isLatecomer) return [{ fromMs: 0, untilMs: (8 + 6 * random()) * HOUR_MS }];
  if (random() >= LONELY_SHARE) return [];
  const fromMs = (7 + 10 * random()) * HOUR_MS;
  return [{ fromMs, untilMs: fromMs + (0.5 + 3 * random()) * HOUR_MS }];
}

/** The first moment from `atMs` on that lies in no gap. */
function onlineAtMs(atMs: number, gaps: readonly Gap[]): number {
  const gap = gaps.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  return gap === undefined ? atMs : onlineAtMs(gap.untilMs, gaps);
}
