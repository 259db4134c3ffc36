/**
 * The server's log: one JSON line a record, written before the call returns, with secrets and participants left out.
 */
import pino from 'pino';

/** Never written, wherever they stand in a record (down to two levels). */
const REDACTED = [
  'authorization',
  'dpop',
  'token',
  'researcherToken',
  'code',
  'enrolmentCode',
  'newKeyProof',
  'privateKeyPem',
  'participantId',
];

/**
 * A log that writes synchronously, so that its last lines survive a crash.
 * `destination` is `stdout` or the path of a file, which is made and appended to.
 */
export function createLog(destination: string): pino.Logger {
  const target = destination === 'stdout' ? 1 : destination;
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: target, sync: true, mkdir: true, mode: 0o600 }),
  );
}
