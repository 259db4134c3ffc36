/**
 * The schema, as steps that are only ever added to. The SQL keeps to what SQLite, PostgreSQL and its distributed kin share:
 * every key starts with the site, log numbers are counted in a row of the site, no sequences, no triggers, text and
 * bigint only. Step 2 made tables anew under other names, because SQLite cannot drop a unique column.
 */

/** Step n brings version n to n + 1, statement by statement. A step that was released is never changed. */
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
  `
  CREATE UNIQUE INDEX schema_version_once ON schema_version (version);

  CREATE TABLE research_site (
    site_id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    last_log BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
  );
  INSERT INTO research_site (site_id, purpose, last_log, created_at_ms)
    SELECT site_id, purpose, last_log, created_at_ms FROM site;

  CREATE TABLE researcher_token (
    token_hash TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL
  );
  INSERT INTO researcher_token (token_hash, site_id)
    SELECT researcher_token_hash, site_id FROM site WHERE researcher_token_hash IS NOT NULL;

  CREATE TABLE one_time_code (
    code_hash TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    for_device_id TEXT,
    key_thumbprint TEXT,
    device_id TEXT
  );
  INSERT INTO one_time_code (code_hash, site_id, expires_at_ms)
    SELECT code_hash, site_id, expires_at_ms FROM enrolment_code WHERE device_id IS NULL;

  CREATE TABLE enrolled_device (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    status TEXT NOT NULL,
    last_epoch BIGINT NOT NULL,
    downlink_version BIGINT NOT NULL,
    enrolled_at_ms BIGINT NOT NULL,
    last_received_at_ms BIGINT,
    PRIMARY KEY (site_id, device_id)
  );
  CREATE INDEX enrolled_device_by_participant ON enrolled_device (site_id, participant_id);
  INSERT INTO enrolled_device
      (site_id, device_id, participant_id, status, last_epoch, downlink_version, enrolled_at_ms, last_received_at_ms)
    SELECT site_id, device_id, participant_id, 'active', cursor_epoch, 0, enrolled_at_ms,
      (SELECT max(received_at_ms) FROM event
       WHERE event.site_id = device.site_id AND event.device_id = device.device_id)
    FROM device;

  CREATE TABLE device_key (
    key_thumbprint TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    role TEXT NOT NULL,
    public_key TEXT NOT NULL
  );
  CREATE INDEX device_key_by_device ON device_key (site_id, device_id);

  CREATE TABLE journal_head (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    chain TEXT,
    lost_through BIGINT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch)
  );
  INSERT INTO journal_head (site_id, device_id, epoch, last_seq, chain, lost_through)
    SELECT site_id, device_id, epoch, max(seq), NULL, max(seq)
    FROM (
      SELECT site_id, device_id, epoch, seq FROM event
      UNION ALL
      SELECT site_id, device_id, epoch, seq FROM quarantine WHERE reason = 'unreadable'
    ) AS taken
    GROUP BY site_id, device_id, epoch;

  CREATE TABLE journal_branch (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    chain TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch, last_seq, chain)
  );

  CREATE TABLE journal_event (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    log_number BIGINT NOT NULL,
    participant_id TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch, seq)
  );
  INSERT INTO journal_event
      (site_id, device_id, epoch, seq, log_number, participant_id, received_at_ms, kind, body)
    SELECT site_id, device_id, epoch, seq, log_number, participant_id, received_at_ms, kind, body FROM event;
  CREATE UNIQUE INDEX journal_event_by_log ON journal_event (site_id, log_number);
  CREATE INDEX journal_event_boots ON journal_event (site_id, device_id, epoch, seq) WHERE kind = 'booted';

  CREATE TABLE quarantined_event (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    body_hash TEXT NOT NULL,
    participant_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, epoch, seq, body_hash)
  );
  INSERT INTO quarantined_event
      (site_id, device_id, epoch, seq, body_hash, participant_id, reason, received_at_ms, body)
    SELECT quarantine.site_id, quarantine.device_id, epoch, seq, body_hash, participant_id, reason, received_at_ms, body
    FROM quarantine
    JOIN device ON device.site_id = quarantine.site_id AND device.device_id = quarantine.device_id;

  CREATE TABLE sync_point (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    running_hour BIGINT NOT NULL,
    width_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id, boot_id, running_hour)
  );

  CREATE TABLE device_settings (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id)
  );

  CREATE TABLE signing_key (
    site_id TEXT NOT NULL PRIMARY KEY,
    private_key_pem TEXT NOT NULL
  );

  CREATE TABLE wanted_model (
    site_id TEXT NOT NULL PRIMARY KEY,
    model_id TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    signature TEXT NOT NULL,
    published_at_ms BIGINT NOT NULL,
    content_base64 TEXT NOT NULL
  );

  CREATE TABLE withdrawal_order (
    site_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (site_id, device_id)
  );

  CREATE TABLE tombstone (
    site_id TEXT NOT NULL,
    tombstone_hash TEXT NOT NULL,
    order_id TEXT NOT NULL,
    withdrawn_at_ms BIGINT NOT NULL,
    PRIMARY KEY (site_id, tombstone_hash)
  );

  CREATE TABLE proof (
    proof_hash TEXT NOT NULL PRIMARY KEY,
    expires_at_ms BIGINT NOT NULL
  );
  CREATE INDEX proof_by_expiry ON proof (expires_at_ms);

  DROP TABLE quarantine;
  DROP TABLE event;
  DROP TABLE enrolment_code;
  DROP TABLE device;
  DROP TABLE site;
  `,
];
