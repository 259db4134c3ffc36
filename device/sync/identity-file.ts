/**
 * Who this box is at its server, in one file only its user can read: where, as whom, and the box's private key.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { enrolmentAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { createBoxFiles } from '../box-files.ts';
import { deviceKeySchema } from './device-key.ts';

/**
 * Keys given up by a rotation that are kept in case the server is restored from a backup: one a month makes 90 days, as
 * long as the box keeps what it sent (KEEP_SENT_MS), so an older backup could not be made whole again anyway.
 */
export const MAX_FORMER_KEYS = 3;

export const identitySchema = enrolmentAnswerSchema.extend({
  serverUrl: z.url(),
  key: deviceKeySchema,
  /** When the key was first accepted, ms since 1970 on the server's clock. */
  keySinceMs: z.number().optional(),
  /** Saved before the server is asked to take it; see key-ring.ts. */
  nextKey: deviceKeySchema.optional(),
  /** Newest first; a server restored from a backup may know one of them. */
  formerKeys: z.array(deviceKeySchema).max(MAX_FORMER_KEYS).optional(),
});

export type Identity = z.infer<typeof identitySchema>;

export type ReadIdentity =
  | { readonly kind: 'enrolled'; readonly identity: Identity }
  | { readonly kind: 'notEnrolled' }
  /** Of an earlier version, which proved itself with a token: of no use any more, and may be replaced. */
  | { readonly kind: 'outdated'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'damaged'; readonly reason: string; readonly hint: string };

const tokenIdentitySchema = z.object({ deviceId: z.uuid(), deviceToken: z.string(), serverUrl: z.url() });

/** Reads the identity; a damaged file is told, never overwritten. */
export async function readIdentity(path: string): Promise<ReadIdentity> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'notEnrolled' };
    return damaged(`read ${path}: ${(error as Error).message}`);
  }
  try {
    const written: unknown = JSON.parse(text);
    const identity = identitySchema.safeParse(written);
    if (identity.success) return { kind: 'enrolled', identity: identity.data };
    if (tokenIdentitySchema.safeParse(written).success) return outdated(path);
  } catch {
    // Not JSON: told below like any other damage, without repeating what may be a key.
  }
  return damaged(`read ${path}: it is not an identity`);
}

/** Writes the identity whole or not at all, readable by this user only. */
export function writeIdentity(path: string, identity: Identity): Promise<void> {
  return createBoxFiles(dirname(path)).writeWhole(basename(path), `${JSON.stringify(identity, null, 2)}\n`);
}

function outdated(path: string): ReadIdentity {
  const reason = `read ${path}: the box was enrolled by an earlier version, without a key of its own`;
  return { kind: 'outdated', reason, hint: 'Enrol the box again with a new code; it keeps its data.' };
}

function damaged(reason: string): ReadIdentity {
  return { kind: 'damaged', reason, hint: 'Move the file away and enrol the box again with a new code.' };
}
