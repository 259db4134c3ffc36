/** One valid example of each message, for readers of the document. Made up; tests parse each with its schema. */
import type { SchemaName } from './components.ts';

const DEVICE = '0199a6c0-7d3e-7b5a-9c41-2f8e0d6b1a73';
const PARTICIPANT = '0199a6c0-7d3e-7f10-8b2d-64c1e9a05f38';
const SITE = '0199a6bf-11c2-7a80-b3d4-90e7c5f2186a';
const BOOT = '6f1c2b9e-5a0d-4c3b-9f57-0a1b2c3d4e5f';
const ORDER = '0199c02e-44d1-7c99-8e15-7a3b6f0d2c48';
const GENERATION = '3d0f6a1b9c2e4857';
const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const KEY = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

const EVENT = {
  stamp: {
    epoch: 1,
    seq: 1,
    bootId: BOOT,
    monotonicMs: 81_204.5,
    wallMs: 1_767_312_000_000,
    clockState: 'floor',
  },
  entry: { kind: 'unanswered', pressId: 1, button: 'yellow', emotion: 'happy', reason: 'noMusic' },
};

/** An example of every message that is the body of a request or an answer. */
export const EXAMPLES = {
  EnrolmentRequest: { protocol: 2, code: 'K7QM-2XVD-9RTA' },
  EnrolmentAnswer: {
    siteId: SITE,
    deviceId: DEVICE,
    participantId: PARTICIPANT,
    modelKey: { kty: 'OKP', crv: 'Ed25519', x: KEY },
  },
  RotationRequest: { protocol: 2, newKeyProof: 'eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJQT1NUIn0.c2lnbmF0dXJl' },
  RotationAnswer: { keyThumbprint: KEY },
  EventBatch: {
    protocol: 2,
    after: { epoch: 0, seq: 0 },
    epoch: 1,
    firstSeq: 1,
    chainBefore: '0'.repeat(64),
    events: [EVENT],
  },
  Acknowledgement: {
    ackedThrough: { epoch: 1, seq: 1 },
    isBehind: false,
    generation: GENERATION,
    quarantined: [],
    downlinkVersion: 3,
  },
  CursorAnswer: { generation: GENERATION, heads: [{ epoch: 1, seq: 1, chain: HASH }], downlinkVersion: 3 },
  DownlinkAnswer: {
    downlinkVersion: 3,
    settings: { version: 2, values: { novelty: 0.2 } },
    model: { modelId: HASH, sizeBytes: 412_680, signature: 'A'.repeat(86) },
    withdrawal: null,
  },
  WithdrawnRequest: { protocol: 2, orderId: ORDER },
  WithdrawnAnswer: { orderId: ORDER },
  ExportPage: {
    siteId: SITE,
    purpose: 'study',
    generation: GENERATION,
    rows: [
      {
        log: 1,
        deviceId: DEVICE,
        participantId: PARTICIPANT,
        receivedAtMs: 1_767_398_400_000,
        event: EVENT,
        correctedMs: 1_767_398_012_345,
        timeErrorMs: 38,
        timeBasis: 'syncPoint',
        timeFlags: ['wallClockWrong'],
      },
    ],
    next: null,
    quarantined: 1,
  },
  QuarantinePage: {
    siteId: SITE,
    generation: GENERATION,
    rows: [
      {
        deviceId: DEVICE,
        participantId: PARTICIPANT,
        epoch: 1,
        seq: 2,
        reason: 'unreadable',
        receivedAtMs: 1_767_398_400_000,
        body: '{"entry":{"kind":"dreamt"}}',
      },
    ],
    next: null,
    quarantined: 1,
  },
  Health: { status: 'ok', protocol: 2 },
} as const satisfies Partial<Record<SchemaName, unknown>>;
