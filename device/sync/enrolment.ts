/**
 * Joins the box to a server with a one-time code. The caller keeps the identity; see identity-file.ts.
 */
import { enrolmentAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { PROTOCOL_VERSION, ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import { retryDelayMs } from '../core/outbox.ts';
import { createDeviceKey } from './device-key.ts';
import { createFetchExchange, type Exchange, exchangeWithin, systemTimers, type Timers } from './exchange.ts';
import type { Identity } from './identity-file.ts';
import { createProvenExchange } from './proven-exchange.ts';
import { readReply } from './read-reply.ts';
import { silenceReason } from './server-calls.ts';

export type EnrolmentOutcome =
  | { readonly kind: 'enrolled'; readonly identity: Identity }
  /** The server said no; `code` is one of its problem codes. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string; readonly hint: string }
  /** No server of ours answered. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly hint: string };

export interface EnrolmentParts {
  /** Such as `https://amecs.example.org`. */
  readonly serverUrl: string;
  /** As typed or scanned. */
  readonly code: string;
  readonly exchange?: Exchange;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly stop?: AbortSignal;
}

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 10_000;

/**
 * Tries up to three times. Every try carries the same key, so a lost reply costs nothing: the server gives the same
 * device again to the key that used the code first.
 */
export async function enrol(parts: EnrolmentParts): Promise<EnrolmentOutcome> {
  const { serverUrl, code, timers = systemTimers, random = Math.random } = parts;
  if (!isServerUrl(serverUrl)) {
    const hint = 'Write it like https://amecs.example.org or http://127.0.0.1:7645.';
    return { kind: 'unreachable', reason: `"${serverUrl}" is not the address of a server`, hint };
  }
  const key = createDeviceKey();
  const { exchange } = createProvenExchange({
    exchange: parts.exchange ?? createFetchExchange(serverUrl),
    serverUrl,
    keys: { candidates: () => [key], accepted: async () => {}, allRefused: () => {} },
  });
  const stop = parts.stop ?? new AbortController().signal;
  const body = Buffer.from(JSON.stringify({ protocol: PROTOCOL_VERSION, code }));
  const headers = { 'content-type': 'application/json' };

  let reason = '';
  for (let attempt = 1; attempt <= ATTEMPTS && !stop.aborted; attempt += 1) {
    if (attempt > 1) await pause(timers, retryDelayMs(attempt - 1, random()), stop);
    try {
      const request = { method: 'POST', path: ROUTES.enrol, headers, body } as const;
      const within = { timeoutMs: ATTEMPT_TIMEOUT_MS, timers, stop };
      const reply = await exchangeWithin(exchange, request, within);
      const read = readReply(reply, enrolmentAnswerSchema);
      if (read.kind === 'answer') {
        const since = reply.serverTimeMs === undefined ? {} : { keySinceMs: reply.serverTimeMs };
        return { kind: 'enrolled', identity: { ...read.value, serverUrl, key, ...since } };
      }
      if (read.kind === 'refusal' && read.problem.status < 500) {
        const { code: problem, title, hint } = read.problem;
        return { kind: 'refused', code: problem, reason: title, hint };
      }
      reason = read.kind === 'refusal' ? read.problem.title : read.reason;
    } catch (error) {
      reason = silenceReason(error);
    }
  }
  const hint = 'Check the address and the network; the code stays good for 24 hours.';
  return { kind: 'unreachable', reason: `enrol at ${serverUrl}: ${reason}`, hint };
}

function isServerUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function pause(timers: Timers, ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(ms, resolve);
    stop.addEventListener('abort', () => resolve(cancel()), { once: true });
  });
}
