/**
 * The schema, as steps that are only ever added to. The SQL keeps to what SQLite and PostgreSQL share:
 * every key starts with the site, log numbers are counted in a row of the site, no sequences, no triggers.
 */

/** Step n brings version n to n + 1. A step that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE server_state (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  );

  CREATE TABLE site (
    site_id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    researcher_token_hash TEXT UNIQUE,
    last_log BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
  );

  CREATE TABLE enrolment_code (
    code_hash TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (site_id),
    expires_at_ms BIGINT NOT NULL,
    enrolment_key_hash TEXT,
    device_id TEXT
  );

  CREATE TABLE device (
    site_id TEXT NOT NULL REFERENCES site (site_id),
    device_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    cursor_epoch BIGINT NOT NULL,
    cursor_seq BIGINT NOT NULL,
    enrolled_at_ms BIGINT NOT NULL,
    PRIMARY KEY (site_id, device_id)
  );

  CREATE TABLE event (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    log_number BIGINT NOT NULL,
    participant_id TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch, seq),
    FOREIGN KEY (site_id, device_id) REFERENCES device (site_id, device_id)
  );
  CREATE UNIQUE INDEX event_by_log ON event (site_id, log_number);

  CREATE TABLE quarantine (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    body_hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch, seq, body_hash),
    FOREIGN KEY (site_id, device_id) REFERENCES device (site_id, device_id)
  );
  `,
];
