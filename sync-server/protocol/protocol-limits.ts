/**
 * The version and the sizes both sides agree on. A box never sends more; the server never reads more.
 */

/** Raised only when an old box or server could not understand a new one. */
export const PROTOCOL_VERSION = 1;

/** Events in one batch; 500 events of a journal are about 150 kB of JSON. */
export const MAX_BATCH_EVENTS = 500;

/** Bytes of one batch as JSON, before compression. */
export const MAX_BATCH_BYTES = 1_000_000;

/** Levels of arrays and objects in a body; an event has 4, the rest is room for later versions. */
export const MAX_BODY_DEPTH = 32;

/** Rows of one export page: the default, and the most a reader may ask for. */
export const EXPORT_PAGE_ROWS = 1_000;
export const MAX_EXPORT_PAGE_ROWS = 5_000;

/** An enrolment code can be used for this long after it was made: 24 h. */
export const ENROLMENT_CODE_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Where each request goes. */
export const ROUTES = {
  enrol: '/v1/enrol',
  events: '/v1/events',
  cursor: '/v1/cursor',
  exportEvents: '/v1/export/events',
  health: '/healthz',
} as const;
