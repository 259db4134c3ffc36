/**
 * The sending side of one made-up box: its key, the proofs it signs, the batches it writes. Signs with the same algorithm
 * as a box but at once, on this thread, since a thousand boxes share it.
 */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CHAIN_START } from '../../../sync-server/protocol/chain-value.ts';
import { contentDigest } from '../../../sync-server/protocol/content-digest.ts';
import type { PublicKey } from '../../../sync-server/protocol/enrolment.ts';
import { nextLink } from '../../../sync-server/protocol/journal-chain.ts';
import type { JournalEvent } from '../../../sync-server/protocol/journal-event.ts';
import { keyThumbprint } from '../../../sync-server/protocol/key-thumbprint.ts';
import { JOURNAL_START, type Position } from '../../../sync-server/protocol/position.ts';
import type { DeviceClocks } from '../../../sync-server/protocol/proof.ts';
import { HEADERS, PROTOCOL_VERSION, ROUTES } from '../../../sync-server/protocol/protocol-limits.ts';

export interface FleetBox {
  readonly publicKey: PublicKey;
  /** RFC 7638. */
  readonly keyThumbprint: string;
  /** The next batch of the journal; `events` follow those of the batch before. */
  nextBatch(events: readonly JournalEvent[]): SealedBatch;
  /** The headers with which a batch goes to the server at `url`. */
  headersFor(batch: SealedBatch, url: string, nonce: string | undefined): Record<string, string>;
}

/** A body ready to be sent, as often as it takes. */
export interface SealedBatch {
  readonly body: Uint8Array;
  readonly events: number;
  /** Of its last event. */
  readonly last: Position;
  readonly contentDigest: string;
  readonly clocks: DeviceClocks;
}

export function createFleetBox(): FleetBox {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const jwk: PublicKey = { kty: 'OKP', crv: 'Ed25519', x: x! };
  const header = base64url(JSON.stringify({ alg: 'Ed25519', typ: 'dpop+jwt', jwk }));
  let chain = CHAIN_START;
  let last = JOURNAL_START;

  return {
    publicKey: jwk,
    keyThumbprint: keyThumbprint(jwk),

    nextBatch(events) {
      const { epoch, seq: firstSeq } = events[0]!.stamp;
      const batch = { after: last, epoch, firstSeq, chainBefore: chain, lostBefore: false, events };
      for (const event of events) chain = nextLink(chain, event);
      last = { epoch, seq: firstSeq + events.length - 1 };
      return seal(gzipSync(JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch })), events, last);
    },

    headersFor(batch, url, nonce) {
      const claims = {
        jti: randomUUID(),
        htm: 'POST',
        htu: `${url}${ROUTES.events}`,
        iat: Math.round(batch.clocks.wallMs / 1000),
        ...(nonce === undefined ? {} : { nonce }),
        content_digest: batch.contentDigest,
        clocks: batch.clocks,
      };
      return {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-digest': batch.contentDigest,
        [HEADERS.proof]: signed(`${header}.${base64url(JSON.stringify(claims))}`, privateKey),
      };
    },
  };
}

function seal(body: Uint8Array, events: readonly JournalEvent[], last: Position): SealedBatch {
  const { bootId, monotonicMs, wallMs, clockState } = events.at(-1)!.stamp;
  return {
    body,
    events: events.length,
    last,
    contentDigest: contentDigest(body),
    clocks: { bootId, monotonicMs, wallMs, clockState },
  };
}

function signed(text: string, key: KeyObject): string {
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
