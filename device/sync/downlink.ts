/**
 * Fetches what the server has for this box, and hands it on part by part: when the uplink says there is something new,
 * at the start, and every few hours in case that word was lost. Decides nothing about the parts; a part that cannot be
 * taken now is asked for again later, and nothing waits for any of it.
 */
import {
  type DownlinkAnswer,
  downlinkAnswerSchema,
  withdrawnAnswerSchema,
} from '../../sync-server/protocol/downlink.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { retryDelayMs } from '../core/outbox.ts';
import type { Timers } from './exchange.ts';
import type { ServerCalls } from './server-calls.ts';
import { type Failure, failureOf } from './uplink-events.ts';

/** Takes one part, or says why not now, in a clause for people. Idempotent. */
export type TakePart<T> = (part: T) => Promise<NotNow | undefined>;

export type NotNow = Pick<Failure, 'reason'> & Partial<Pick<Failure, 'retryAfterMs' | 'isLasting'>>;

export interface DownlinkParts {
  readonly calls: Pick<ServerCalls, 'request' | 'download'>;
  readonly timers: Timers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly takeSettings: TakePart<NonNullable<DownlinkAnswer['settings']>>;
  readonly takeModel: TakePart<NonNullable<DownlinkAnswer['model']>>;
  /** Once it is taken, nothing more is fetched. */
  readonly takeWithdrawal: TakePart<NonNullable<DownlinkAnswer['withdrawal']>>;
  readonly onWaiting: (reason: string, retryInMs: number) => void;
}

export interface Downlink {
  /** The uplink was told this version. */
  heardOf(version: number): void;
  /** Resolves when nothing is under way any more; `calls` must be ended by whoever made them. */
  close(): Promise<void>;
}

/** Settings and models are seldom changed, and acknowledgements tell of each change: this is for boxes that send nothing. */
export const LOOK_EVERY_MS = 6 * 60 * 60_000;

/** Fetches at once. */
export function startDownlink(parts: DownlinkParts): Downlink {
  const { calls, timers, random, onWaiting } = parts;
  /** The last version somebody spoke of: each is a reason to fetch at once, but once. */
  let heard: number | undefined;
  let failures = 0;
  let isClosed = false;
  let isAskedAgain = false;
  let running: Promise<void> | undefined;
  let cancelWait = (): void => {};

  function wait(ms: number): void {
    cancelWait();
    cancelWait = timers.after(ms, run);
  }

  function run(): void {
    if (isClosed) return;
    isAskedAgain = running !== undefined;
    running ??= fetchOnce()
      .catch((error: Error): NotNow => ({ reason: error.message }))
      .then((result) => {
        running = undefined;
        if (isClosed) return;
        if (result === undefined) {
          failures = 0;
          if (isAskedAgain) return run();
          return wait(LOOK_EVERY_MS);
        }
        failures += 1;
        const retryInMs = retryInMsOf(result, failures, random());
        onWaiting(result.reason, retryInMs);
        wait(retryInMs);
      });
  }

  async function fetchOnce(): Promise<NotNow | undefined> {
    const result = await calls.request('GET', ROUTES.downlink, { schema: downlinkAnswerSchema });
    if (result.kind !== 'answer') return failureOf(result);
    const { downlinkVersion, settings, model, withdrawal } = result.value;
    heard = downlinkVersion;
    if (withdrawal !== null) {
      const notNow = await parts.takeWithdrawal(withdrawal);
      isClosed ||= notNow === undefined;
      return notNow;
    }
    const faults = [
      settings === null ? undefined : await parts.takeSettings(settings),
      model === null || isClosed ? undefined : await parts.takeModel(model),
    ].flatMap((fault) => (fault === undefined ? [] : [fault.reason]));
    if (faults.length > 0) return { reason: faults.join('; ') };
    return undefined;
  }

  run();
  return {
    heardOf(version) {
      if (version === heard) return;
      heard = version;
      run();
    },
    async close() {
      isClosed = true;
      cancelWait();
      await running;
    },
  };
}

/** A model's bytes, or why there are none. */
export async function downloadModel(
  calls: Pick<ServerCalls, 'download'>,
  { modelId, sizeBytes }: NonNullable<DownlinkAnswer['model']>,
): Promise<Uint8Array | { readonly failure: string }> {
  const result = await calls.download(ROUTES.model.replace(':modelId', modelId), sizeBytes);
  return result.kind === 'answer' ? result.value : { failure: failureOf(result).reason };
}

/** Refusals after which a box need not confirm any more: it is not known, or not by this order. */
const NOBODY_WAITS = ['keyUnknown', 'orderUnknown', 'deviceRevoked'];

/** Tells the server that all is erased, until it knows or `stop` aborts; false when it was stopped. */
export async function confirmWithdrawal(
  parts: Pick<DownlinkParts, 'timers' | 'random' | 'onWaiting'> & {
    readonly calls: Pick<ServerCalls, 'request'>;
    readonly orderId: string;
    readonly stop: AbortSignal;
  },
): Promise<boolean> {
  const { calls, timers, random, onWaiting, orderId, stop } = parts;
  for (let failures = 1; !stop.aborted; failures += 1) {
    const options = { message: { orderId }, schema: withdrawnAnswerSchema };
    const result = await calls.request('POST', ROUTES.withdrawn, options);
    if (result.kind === 'answer') return true;
    // A lost reply: the key was forgotten with the first confirmation.
    if (result.kind === 'refusal' && NOBODY_WAITS.includes(result.problem.code)) return true;
    if (stop.aborted) return false;
    const failure = failureOf(result);
    const retryInMs = retryInMsOf(failure, failures, random());
    onWaiting(failure.reason, retryInMs);
    await new Promise<void>((resolve) => {
      const cancel = timers.after(retryInMs, resolve);
      stop.addEventListener('abort', () => resolve(cancel()), { once: true });
    });
  }
  return false;
}

/** What only a person can change is asked for again when it says so; anything else with jitter. */
function retryInMsOf({ retryAfterMs, isLasting }: NotNow, failures: number, random: number): number {
  return isLasting ? retryAfterMs! : retryDelayMs(failures, random, retryAfterMs);
}
