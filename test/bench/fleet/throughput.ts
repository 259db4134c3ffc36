/**
 * How fast a server takes full batches: boxes with long journals to send, all at once. Bodies are written and squeezed
 * before the clock starts; proofs are signed as they are sent.
 */
import { performance } from 'node:perf_hooks';
import { MAX_BATCH_EVENTS } from '../../../sync-server/protocol/protocol-limits.ts';
import { percentile } from '../benchmark.ts';
import { createFleetBox, type FleetBox, type SealedBatch } from './fleet-box.ts';
import { createFleetClient } from './fleet-client.ts';
import type { FleetServers } from './fleet-servers.ts';
import { boxJournal, nextEvents } from './made-up-journal.ts';
import { countStored, type StoredCount } from './stored-journals.ts';

/** Requests under way at a time: enough that the server never waits for the fleet. */
const LANES = 8;
/** Batches sent before the clock starts, until V8 has compiled the server. */
const WARM_UP_SHARE = 0.1;

export interface Backlog {
  readonly boxes: readonly { readonly box: FleetBox; readonly batches: readonly SealedBatch[] }[];
  readonly seed: number;
}

export interface ThroughputResult extends StoredCount {
  readonly events: number;
  readonly eventsPerS: number;
  readonly latenciesMs: readonly number[];
  /** Resident set of the largest server after the warm-up, when the table was small, and at the end. */
  readonly rssSmallMb: number;
  readonly rssLargeMb: number;
  readonly rssPeakMb: number;
}

/** Journals of `boxes` boxes with `batches` full batches each. */
export function sealBacklog(boxes: number, batches: number, seed: number): Backlog {
  return {
    seed,
    boxes: Array.from({ length: boxes }, (_, i) => {
      const box = createFleetBox();
      const journal = boxJournal(seed, i);
      const sealed = Array.from({ length: batches }, () =>
        box.nextBatch(nextEvents(journal, MAX_BATCH_EVENTS)),
      );
      return { box, batches: sealed };
    }),
  };
}

/** Sends all of it, then reads back what the server has. Every box sends its batches in order, one at a time. */
export async function measureThroughput(
  servers: FleetServers,
  { boxes, seed }: Backlog,
  progress: (line: string) => void,
): Promise<ThroughputResult> {
  const deviceIds = await servers.enrol(boxes.map(({ box }) => box));
  const client = createFleetClient(servers.urls, LANES);
  const batchesEach = boxes[0]!.batches.length;
  const warmUp = Math.max(1, Math.floor(batchesEach * WARM_UP_SHARE));
  const total = boxes.length * batchesEach;
  const nonces = boxes.map(() => ({ nonce: undefined }));

  const sendRounds = async (from: number, until: number): Promise<void> => {
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let round = from; round < until; round++) {
        for (let i = lane; i < boxes.length; i += LANES) {
          const { box, batches } = boxes[i]!;
          await client.send(box, batches[round]!, nonces[i]!);
          progress(`batch ${client.tally.latenciesMs.length} of ${total}`);
        }
      }
    });
    await Promise.all(lanes);
  };

  try {
    await sendRounds(0, warmUp);
    const rssSmallMb = await servers.memory.nowMb();
    const warmUps = client.tally.latenciesMs.length;
    const startedAtMs = performance.now();
    await sendRounds(warmUp, batchesEach);
    const tookS = (performance.now() - startedAtMs) / 1000;
    const rssLargeMb = await servers.memory.nowMb();
    const latenciesMs = client.tally.latenciesMs.slice(warmUps);
    progress('reading back');
    const stored = await countStored(
      servers.rows(),
      deviceIds.map((deviceId, i) => ({
        deviceId,
        journal: boxJournal(seed, i),
        sent: batchesEach * MAX_BATCH_EVENTS,
      })),
    );
    return {
      ...stored,
      events: total * MAX_BATCH_EVENTS,
      eventsPerS: (latenciesMs.length * MAX_BATCH_EVENTS) / tookS,
      latenciesMs,
      rssSmallMb,
      rssLargeMb,
      rssPeakMb: servers.memory.peakMb(),
    };
  } finally {
    client.close();
  }
}

/** For a report. */
export function throughputRows(what: string, result: ThroughputResult): { what: string; value: string }[] {
  const { latenciesMs, events } = result;
  const ms = (share: number): string => `${percentile(latenciesMs, share).toFixed(1)} ms`;
  return [
    {
      what: `${what}: ${events.toLocaleString('en')} events in batches of ${MAX_BATCH_EVENTS}`,
      value: `${Math.round(result.eventsPerS).toLocaleString('en')} events/s  p50 ${ms(0.5)}  p99 ${ms(0.99)}`,
    },
    {
      what: `  memory of the largest server`,
      value: `${result.rssSmallMb.toFixed(0)} MB with a tenth of them stored, ${result.rssLargeMb.toFixed(0)} MB with all, peak ${result.rssPeakMb.toFixed(0)} MB`,
    },
    { what: `  read back from the database`, value: `${result.lost} lost, ${result.doubled} doubled` },
  ];
}
