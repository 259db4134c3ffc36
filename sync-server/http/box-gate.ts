/**
 * Who a box is: its proof, then its key, then its body, each checked before the next is touched. What a route behind the
 * gate sees has signed this very request, body included, once.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentDigest } from '../protocol/content-digest.ts';
import { HEADERS } from '../protocol/protocol-limits.ts';
import { hashSecret } from '../secrets.ts';
import type { DeviceRegistry, KnownDevice } from '../store/device-registry.ts';
import type { SyncPoint } from '../store/event-log.ts';
import { createNonces, nonceEndsAtMs } from './nonces.ts';
import { type AcceptedProof, createProofReader, type ProofReader } from './proof-reader.ts';
import { Refusal } from './refusal.ts';

/** Hooks of a route: spread them into its options. */
export interface GateHooks {
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly preValidation: (request: FastifyRequest) => Promise<void>;
}

export interface BoxGate {
  /** Lets in boxes the server knows; `withdrawn`: also those whose child's data are erased. See `boxOf`. */
  requireBox(options?: { readonly withdrawn: boolean }): GateHooks;
  /** Lets in whoever holds a key, known or not. See `proofOf`. */
  requireProof(): GateHooks;
  /** Checks a second proof that came with a request. */
  readonly readProof: ProofReader;
}

/** The box that asks. */
export interface BoxCaller {
  readonly device: KnownDevice;
  readonly proof: AcceptedProof;
  /** Its clocks, when the proof carried them. */
  readonly syncPoint: SyncPoint | undefined;
}

export interface GateParts {
  readonly store: Pick<DeviceRegistry, 'nonceKey' | 'deviceByKey' | 'promoteNextKey' | 'rememberProof'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** See `createProofReader`. */
  readonly publicOrigin?: string | undefined;
}

/** Request decorators, declared once by the app. */
export const GATE_DECORATORS = ['provenBy', 'boxCaller'] as const;
const [PROOF, BOX] = GATE_DECORATORS;

/** The proof of a request behind the gate. */
export function proofOf(request: FastifyRequest): AcceptedProof {
  return request.getDecorator<AcceptedProof>(PROOF);
}

/** The box of a request behind `requireBox`. */
export function boxOf(request: FastifyRequest): BoxCaller {
  return request.getDecorator<BoxCaller>(BOX);
}

/** What a proof must be for. */
export function provenRequestOf({ method, url, headers }: FastifyRequest) {
  return { method, path: url.split('?', 1)[0]!, host: headers.host };
}

export function createBoxGate({ store, now, randomBytes, publicOrigin }: GateParts): BoxGate {
  const nonces = createNonces({ key: () => store.nonceKey(), now, randomBytes });
  const readProof = createProofReader(nonces, publicOrigin);

  async function acceptProof(request: FastifyRequest, reply: FastifyReply): Promise<AcceptedProof> {
    reply.header(HEADERS.nonce, await nonces.make());
    const header = request.headers[HEADERS.proof];
    if (header === undefined) throw new Refusal('proofMissing');
    const proof = await readProof(String(header), provenRequestOf(request));
    request.setDecorator(PROOF, proof);
    return proof;
  }

  async function useProofOnce({ keyThumbprint, claims, nonceIssuedAtMs }: AcceptedProof): Promise<void> {
    const proofHash = hashSecret(`${keyThumbprint}.${claims.jti}`);
    const isNew = await store.rememberProof(proofHash, nonceEndsAtMs(nonceIssuedAtMs), now());
    if (!isNew) throw new Refusal('proofReplayed');
  }

  return {
    readProof,
    requireProof: () => ({
      onRequest: async (request, reply) => void (await acceptProof(request, reply)),
      async preValidation(request) {
        const proof = proofOf(request);
        refuseOtherBody(request, proof);
        await useProofOnce(proof);
      },
    }),
    requireBox: ({ withdrawn } = { withdrawn: false }) => ({
      async onRequest(request, reply) {
        const receivedAtMs = now();
        const proof = await acceptProof(request, reply);
        const device = await store.deviceByKey(proof.keyThumbprint);
        if (device === undefined) throw new Refusal('keyUnknown');
        if (device.status === 'revoked') throw new Refusal('deviceRevoked');
        if (device.status === 'withdrawn' && !withdrawn) {
          throw new Refusal('deviceRevoked', 'the data of its participant were withdrawn');
        }
        const { nonceIssuedAtMs, claims } = proof;
        const syncPoint = claims.clocks && { ...claims.clocks, nonceIssuedAtMs, receivedAtMs };
        request.setDecorator(BOX, { device, proof, syncPoint } satisfies BoxCaller);
      },
      async preValidation(request) {
        const { device, proof } = boxOf(request);
        refuseOtherBody(request, proof);
        await useProofOnce(proof);
        // Its first use shows that the box has the key and kept it: the old one may go now.
        if (device.keyRole === 'next') await store.promoteNextKey(device, proof.keyThumbprint);
      },
    }),
  };
}

/** The bytes as they came, the header that names them and the proof that signed them must agree. */
function refuseOtherBody({ body, headers }: FastifyRequest, { claims }: AcceptedProof): void {
  const expected = body instanceof Uint8Array && body.length > 0 ? contentDigest(body) : undefined;
  if (claims.content_digest !== expected || headers['content-digest'] !== expected) {
    throw new Refusal('contentDigestMismatch');
  }
}
