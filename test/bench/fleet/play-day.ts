/**
 * Plays a fleet's day against a server, faster than it would pass: every upload leaves when it is due, one at a time for
 * each box, and how long it then takes to be acknowledged is what a caregiver would wait for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NONCE_LIFETIME_MS } from '../../../sync-server/protocol/protocol-limits.ts';
import { percentile } from '../benchmark.ts';
import { createFleetBox } from './fleet-box.ts';
import { type ClientTally, createFleetClient } from './fleet-client.ts';
import { type FleetUpload, fleetDay, OUTAGE } from './fleet-day.ts';
import type { FleetServers } from './fleet-servers.ts';
import { boxJournal, HOUR_MS } from './made-up-journal.ts';
import { countStored, type StoredCount } from './stored-journals.ts';

/** Connections a proxy keeps open to each server. */
const SOCKETS = 256;

export interface DayResult extends StoredCount {
  readonly boxes: number;
  readonly events: number;
  readonly tookS: number;
  readonly tally: ClientTally;
  /** From due to acknowledged, of the uploads outside the herd. */
  readonly lagsMs: readonly number[];
  /** Of the herd, box by box: all become due in one instant. */
  readonly herdLagsMs: readonly number[];
  readonly rssPeakMb: number;
  /** Resident set of the largest server before the herd, and at the end. */
  readonly rssBeforeHerdMb: number;
  readonly rssEndMb: number;
}

/** Plays the day of `boxes` boxes within about `playS` seconds, then reads back what the server has after row `afterLog`. */
export async function playDay(
  servers: FleetServers,
  options: {
    readonly boxes: number;
    readonly seed: number;
    readonly playS: number;
    readonly afterLog?: number;
  },
  progress: (line: string) => void,
): Promise<DayResult> {
  const { boxes, seed, playS, afterLog = 0 } = options;
  const uploads = fleetDay(boxes, seed);
  const fleet = Array.from({ length: boxes }, createFleetBoxState);
  const deviceIds = await servers.enrol(fleet.map(({ box }) => box));
  const client = createFleetClient(servers.urls, SOCKETS);
  const firstMs = uploads[0]!.dueMs;
  const speed = (uploads.at(-1)!.dueMs - firstMs) / (playS * 1000);
  const lagsMs: number[] = [];
  const herdLagsMs: number[] = [];
  let rssBeforeHerdMb = 0;
  const startedAtMs = performance.now();
  const playedMs = (): number => performance.now() - startedAtMs;

  const send = async ({ box, events, dueMs, isHerd }: FleetUpload): Promise<void> => {
    const state = fleet[box]!;
    if (dueMs - state.nonceDueMs > NONCE_LIFETIME_MS) state.nonces.nonce = undefined;
    state.nonceDueMs = dueMs;
    state.sent += events.length;
    await client.send(state.box, state.box.nextBatch(events), state.nonces);
    (isHerd ? herdLagsMs : lagsMs).push(playedMs() - (dueMs - firstMs) / speed);
  };

  try {
    for (const upload of uploads) {
      const waitMs = (upload.dueMs - firstMs) / speed - playedMs();
      if (upload.isHerd && rssBeforeHerdMb === 0) rssBeforeHerdMb = await servers.memory.nowMb();
      if (waitMs > 1) {
        progress(
          `${clockWords(upload.dueMs)}, ${client.tally.latenciesMs.length} of ${uploads.length} uploads`,
        );
        await sleep(waitMs);
      }
      const state = fleet[upload.box]!;
      state.sending = state.sending.then(() => send(upload));
      // Awaited below; a failure before then must not end the process.
      state.sending.catch(() => {});
    }
    await Promise.all(fleet.map(({ sending }) => sending));
    const tookS = playedMs() / 1000;
    const rssEndMb = await servers.memory.nowMb();
    progress('reading back');
    const stored = await countStored(
      servers.rows(afterLog),
      deviceIds.map((deviceId, i) => ({ deviceId, journal: boxJournal(seed, i), sent: fleet[i]!.sent })),
    );
    const events = uploads.reduce((sum, upload) => sum + upload.events.length, 0);
    const { tally } = client;
    const rssPeakMb = servers.memory.peakMb();
    return {
      ...stored,
      boxes,
      events,
      tookS,
      tally,
      lagsMs,
      herdLagsMs,
      rssPeakMb,
      rssBeforeHerdMb,
      rssEndMb,
    };
  } finally {
    client.close();
  }
}

/** How many times longer the unluckiest box of the herd waited than the middle one; 2 when they are served in turn. */
export function herdFairness(herdLagsMs: readonly number[]): number {
  return percentile(herdLagsMs, 1) / percentile(herdLagsMs, 0.5);
}

/** For a report. */
export function dayRows(what: string, day: DayResult): { what: string; value: string }[] {
  const { tally, lagsMs, herdLagsMs } = day;
  const at = (times: readonly number[], share: number): string => `${percentile(times, share).toFixed(1)} ms`;
  return [
    {
      what: `${what}: a day of ${day.boxes} boxes, ${day.events.toLocaleString('en')} events, in ${day.tookS.toFixed(0)} s`,
      value: `requests p50 ${at(tally.latenciesMs, 0.5)}  p99 ${at(tally.latenciesMs, 0.99)}`,
    },
    {
      what: '  from event to acknowledgement',
      value: `p50 ${at(lagsMs, 0.5)}  p99 ${at(lagsMs, 0.99)}  max ${at(lagsMs, 1)}`,
    },
    {
      what: `  ${herdLagsMs.length} boxes come back at ${clockWords(OUTAGE.untilMs)} at once`,
      value: `median ${at(herdLagsMs, 0.5)}, last ${at(herdLagsMs, 1)}: ${herdFairness(herdLagsMs).toFixed(1)} times the median`,
    },
    {
      what: '  asked for a nonce, told to wait, not answered',
      value: `${tally.nonceAsked} times, ${tally.refused} times, ${tally.broken} times`,
    },
    {
      what: '  memory of the largest server',
      value: `${day.rssBeforeHerdMb.toFixed(0)} MB before the herd, ${day.rssEndMb.toFixed(0)} MB at night, peak ${day.rssPeakMb.toFixed(0)} MB`,
    },
    { what: '  read back from the database', value: `${day.lost} lost, ${day.doubled} doubled` },
  ];
}

function createFleetBoxState() {
  return {
    box: createFleetBox(),
    nonces: { nonce: undefined as string | undefined },
    /** When the nonce was given, in the time of the day. */
    nonceDueMs: 0,
    sending: Promise.resolve(),
    sent: 0,
  };
}

function clockWords(ms: number): string {
  const minutes = Math.floor((ms % HOUR_MS) / 60_000);
  return `${Math.floor(ms / HOUR_MS)}:${String(minutes).padStart(2, '0')}`;
}
