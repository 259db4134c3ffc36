/**
 * Takes population models from the server, and gives them up again when they know this child less well than the one
 * before. Everything costly happens in a thread (try-model.ts); what is taken is in use from the next start on, since
 * loading it would hold the loop. Each step can be cut off by the power and is done again at the next start.
 *
 *   wanted, not in use   -> signature -> download -> size -> kept as a file -> tried -> in use  (or refused, told)
 *   20 more presses      -> tried again beside the one before -> kept (or rolled back, told, never taken again)
 *   start                -> the one in use, else the one before, else the one that ships
 */
import type { WantedModel } from '../../sync-server/protocol/downlink.ts';
import type { PublicKey } from '../../sync-server/protocol/enrolment.ts';
import type { JournalEntry } from '../../sync-server/protocol/journal-event.ts';
import { isWorse, nextLook } from '../core/model-evidence.ts';
import { isSignedBy } from './model-signature.ts';
import { type ModelRecord, type ModelStore, SHIPPED_ONLY } from './model-store.ts';
import type { ModelTrial } from './model-trial.ts';
import type { PressHistory, TrialAnswer } from './model-trial-messages.ts';

export interface ModelKeeperParts {
  readonly store: ModelStore;
  readonly trial: ModelTrial;
  /** What the journal has of this child. */
  readonly history: () => Promise<PressHistory>;
  /** Resolves once the entry is durable in the journal. */
  readonly remember: (entry: JournalEntry) => Promise<void>;
}

/** A model on its way: `refused` for good or until the next start, `notNow` to be asked for again. */
export type Taking =
  | { readonly kind: 'unchanged' }
  /** In use from the next start on. */
  | { readonly kind: 'taken'; readonly modelId: string }
  | { readonly kind: 'refused'; readonly modelId: string; readonly reason: string }
  | { readonly kind: 'notNow'; readonly reason: string };

export type Look =
  | { readonly kind: 'unchanged' }
  /** Not in use any more from the next start on. */
  | { readonly kind: 'rolledBack'; readonly modelId: string };

export interface ModelKeeper {
  /** Makes this model the one in use if it is the site's, whole, and good for this child. Asking again changes nothing. */
  take(
    wanted: WantedModel,
    siteKey: PublicKey,
    download: () => Promise<Uint8Array | { readonly failure: string }>,
  ): Promise<Taking>;
  /** To be told of how many presses the child has made; looks at the model in use when it is due. */
  look(presses: number): Promise<Look>;
  /** Forgets what this child's presses said of models; the one in use stays. */
  forgetChild(): Promise<void>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

const UNCHANGED = { kind: 'unchanged' } as const;

export function createModelKeeper({ store, trial, history, remember }: ModelKeeperParts): ModelKeeper {
  /** Refused since the start, by id: asked for every few hours, told once. */
  const refused = new Set<string>();
  let stop = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  /** One thing at a time, in order. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = last.then(run);
    last = result.catch(() => {});
    return result;
  }

  async function refuse(modelId: string, reason: string): Promise<Taking> {
    refused.add(modelId);
    await remember({ kind: 'modelRefused', modelId, reason: reason.slice(0, 200) });
    const { current, previous } = await store.record();
    await store.keepOnly([current, previous]);
    return { kind: 'refused', modelId, reason };
  }

  /** The model tried beside the one it would follow. */
  async function tryBeside(modelId: string, before: string | null): Promise<TrialAnswer> {
    const { signal } = stop;
    const pathBefore = before === null ? null : store.pathOf(before);
    const job = { ...(await history()), modelId, path: store.pathOf(modelId), pathBefore };
    const answer = await trial(job, signal);
    return signal.aborted ? { kind: 'failed', reason: 'it was given up' } : answer;
  }

  async function take(
    wanted: WantedModel,
    siteKey: PublicKey,
    download: () => Promise<Uint8Array | { readonly failure: string }>,
  ): Promise<Taking> {
    const { modelId, sizeBytes } = wanted;
    const record = await store.record();
    const isKnown = modelId === record.current || record.givenUp.includes(modelId) || refused.has(modelId);
    if (isKnown) return UNCHANGED;
    if (!isSignedBy(siteKey, wanted)) {
      return refuse(modelId, 'it does not bear the signature of the site this box belongs to');
    }
    if (!(await store.hasModel(modelId))) {
      const bytes = await download();
      if ('failure' in bytes) return { kind: 'notNow', reason: bytes.failure };
      if (bytes.length !== sizeBytes) {
        return refuse(modelId, `it has ${bytes.length} bytes instead of ${sizeBytes}`);
      }
      await store.saveModel(modelId, bytes);
    }
    const answer = await tryBeside(modelId, record.current);
    switch (answer.kind) {
      case 'failed':
        return { kind: 'notNow', reason: answer.reason };
      case 'unusable':
        return refuse(modelId, answer.reason);
      case 'tried':
        if (!isWorse(answer)) return putInUse(modelId, record, answer.presses);
        await store.saveRecord({ ...record, givenUp: [...record.givenUp, modelId] });
        return refuse(modelId, worseWords(answer));
      case 'alone':
        return putInUse(modelId, record, (await history()).presses.length);
    }
  }

  async function putInUse(modelId: string, record: ModelRecord, pressesBefore: number): Promise<Taking> {
    const { current, givenUp } = record;
    const before = { previous: current, pressesBefore, lookedAt: 0, givenUp };
    await store.saveRecord({ current: modelId, isTold: false, ...before });
    await store.keepOnly([modelId, current]);
    return { kind: 'taken', modelId };
  }

  async function look(presses: number): Promise<Look> {
    const record = await store.record();
    const { current, previous, pressesBefore, lookedAt } = record;
    const due = nextLook(lookedAt);
    if (current === null || due === undefined || presses - pressesBefore < due) return UNCHANGED;
    const answer = await tryBeside(current, previous);
    if (answer.kind !== 'tried' || !isWorse(answer)) {
      // One that could not be tried is looked at again after as many presses more.
      if (!stop.signal.aborted) await store.saveRecord({ ...record, lookedAt: presses - pressesBefore });
      return UNCHANGED;
    }
    const { logLoss, logLossBefore } = answer;
    await remember({
      kind: 'modelRolledBack',
      modelId: current,
      logLoss,
      logLossBefore,
      presses: answer.presses,
    });
    const givenUp = [...record.givenUp, current];
    await store.saveRecord({ ...SHIPPED_ONLY, current: previous, givenUp });
    await store.keepOnly([previous]);
    return { kind: 'rolledBack', modelId: current };
  }

  return {
    take: (...wanted) => inTurn(() => take(...wanted)),
    look: (presses) => inTurn(() => look(presses)),
    forgetChild() {
      stop.abort();
      stop = new AbortController();
      return inTurn(async () => {
        const { current, previous, isTold } = await store.record();
        await store.saveRecord({ ...SHIPPED_ONLY, current, previous, isTold });
      });
    },
    async close() {
      stop.abort();
      await last;
    },
  };
}

function worseWords({ presses, logLoss, logLossBefore }: Extract<TrialAnswer, { kind: 'tried' }>): string {
  const [now, before] = [logLoss, logLossBefore].map((loss) => loss.toFixed(3));
  return `it would have foretold the ${presses} presses so far worse than the one in use (log-loss ${now} instead of ${before})`;
}
