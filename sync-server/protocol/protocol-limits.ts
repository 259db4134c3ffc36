/**
 * The version and the sizes both sides agree on. A box never sends more; the server never reads more.
 */

/** Raised only when an old box or server could not understand a new one. */
export const PROTOCOL_VERSION = 2;

/** Events in one batch; 500 events of a journal are about 150 kB of JSON. */
export const MAX_BATCH_EVENTS = 500;

/** Bytes of one batch as JSON, before compression. */
export const MAX_BATCH_BYTES = 1_000_000;

/** Levels of arrays and objects in a body; an event has 4, the rest is room for later versions. */
export const MAX_BODY_DEPTH = 32;

/** Rows of one export page: the default, and the most a reader may ask for. */
export const EXPORT_PAGE_ROWS = 1_000;
export const MAX_EXPORT_PAGE_ROWS = 5_000;

/** The same for the quarantine, whose rows may be as large as a batch. */
export const QUARANTINE_PAGE_ROWS = 50;
export const MAX_QUARANTINE_PAGE_ROWS = 100;

/** An enrolment code can be used for this long after it was made: 24 h. */
export const ENROLMENT_CODE_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** A server nonce can be used for this long; a box on a slow link that uses an older one is given a new one. */
export const NONCE_LIFETIME_MS = 5 * 60 * 1000;

/** A box keeps what the server has acknowledged for this long, by the server's clock, in case the server loses it: 90 days. */
export const KEEP_SENT_MS = 90 * 24 * 60 * 60 * 1000;

/** The most a population model's bundle may weigh. */
export const MAX_MODEL_BYTES = 16_000_000;

/** Where each request goes. */
export const ROUTES = {
  enrol: '/v1/enrol',
  rotateKey: '/v1/key',
  events: '/v1/events',
  cursor: '/v1/cursor',
  downlink: '/v1/downlink',
  /** `:modelId` as in the downlink. */
  model: '/v1/models/:modelId',
  withdrawn: '/v1/withdrawn',
  exportEvents: '/v1/export/events',
  exportQuarantine: '/v1/export/quarantine',
  health: '/healthz',
  openApi: '/openapi.json',
} as const;

/** Headers of this protocol besides the standard ones. */
export const HEADERS = {
  /** RFC 9449: the proof of a request, and the nonce for the next. */
  proof: 'dpop',
  nonce: 'dpop-nonce',
  /** Milliseconds since 1970 on the server's clock when it answered; on every answer to a box. */
  serverTime: 'amecs-server-time',
} as const;
