/**
 * An exchange whose every request carries a fresh proof: keeps the server's last nonce and time, and tries the keys of the
 * ring in turn. What the caller gets is the reply to its request, with the asking for nonces left out.
 */
import { problemSchema } from '../../sync-server/protocol/problem.ts';
import type { DeviceClocks } from '../../sync-server/protocol/proof.ts';
import type { DeviceKey } from './device-key.ts';
import type { Exchange, HttpReply, HttpRequest } from './exchange.ts';
import type { KeyRing } from './key-ring.ts';
import { proofHeaders } from './proof.ts';
import { parseJson } from './read-reply.ts';

/** The box's clocks, as the adapter in device/hardware and the storage's boot id give them. */
export interface ProofClock {
  readonly bootId: string;
  monotonicMs(): number;
  wallMs(): number;
  clockState(): DeviceClocks['clockState'];
}

export interface ProvenExchangeParts {
  readonly exchange: Exchange;
  /** Where `exchange` goes; the proof names it. */
  readonly serverUrl: string;
  readonly keys: Pick<KeyRing, 'candidates' | 'accepted' | 'allRefused'>;
  /** Without it the proofs say nothing about time. */
  readonly clock?: ProofClock;
}

export interface ProvenExchange {
  readonly exchange: Exchange;
  /** The last nonce the server gave. */
  nonce(): string | undefined;
  /** What the server's clock said last, and when that was on the box's; undefined before the first answer. */
  lastExchange(): DeviceClocks['lastExchange'];
}

export function createProvenExchange(parts: ProvenExchangeParts): ProvenExchange {
  const { exchange, serverUrl, keys, clock } = parts;
  let nonce: string | undefined;
  let lastExchange: DeviceClocks['lastExchange'];

  function readClocks(): DeviceClocks | undefined {
    if (clock === undefined) return undefined;
    return {
      bootId: clock.bootId,
      monotonicMs: clock.monotonicMs(),
      wallMs: clock.wallMs(),
      clockState: clock.clockState(),
      ...(lastExchange === undefined ? {} : { lastExchange }),
    };
  }

  async function sendOnce(request: HttpRequest, key: DeviceKey, signal: AbortSignal): Promise<HttpReply> {
    const clocks = readClocks();
    const headers = await proofHeaders(request, serverUrl, key, { nonce, clocks });
    const reply = await exchange({ ...request, headers: { ...request.headers, ...headers } }, signal);
    nonce = reply.nonce ?? nonce;
    if (clock !== undefined && clocks !== undefined && reply.serverTimeMs !== undefined) {
      const { monotonicMs: sentMs } = clocks;
      lastExchange = { sentMs, receivedMs: clock.monotonicMs(), serverMs: reply.serverTimeMs };
    }
    return reply;
  }

  /** With the nonce a refusal brought, the same request is tried once more: the first nonce, or one that grew too old. */
  async function send(request: HttpRequest, key: DeviceKey, signal: AbortSignal): Promise<HttpReply> {
    const reply = await sendOnce(request, key, signal);
    const mayTryAgain = reply.nonce !== undefined && refusalCode(reply) === 'nonceRequired';
    return mayTryAgain ? sendOnce(request, key, signal) : reply;
  }

  return {
    nonce: () => nonce,
    lastExchange: () => lastExchange,
    async exchange(request, signal) {
      const candidates = keys.candidates();
      const [first, ...others] = candidates;
      let key = first!;
      let reply = await send(request, key, signal);
      for (const other of others) {
        if (refusalCode(reply) !== 'keyUnknown') break;
        key = other;
        reply = await send(request, key, signal);
      }
      // Only our server gives nonces: a sign-in page that says 200 accepts no key.
      const isAccepted = reply.status >= 200 && reply.status < 300 && reply.nonce !== undefined;
      if (isAccepted) await keys.accepted(key, candidates, reply.serverTimeMs);
      if (refusalCode(reply) === 'keyUnknown') keys.allRefused();
      return reply;
    },
  };
}

function refusalCode({ status, body }: HttpReply): string | undefined {
  if (status !== 401) return undefined;
  const problem = problemSchema.safeParse(parseJson(body));
  return problem.success ? problem.data.code : undefined;
}
