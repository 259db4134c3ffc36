/**
 * Replaces the box's key by a new one: saved, then registered under the old key, then used. Cut off anywhere, the next
 * request finds out which key the server has (proven-exchange.ts), and the next rotation goes on with the same new key.
 */
import { rotationAnswerSchema } from '../../sync-server/protocol/enrolment.ts';
import { keyThumbprint } from '../../sync-server/protocol/key-thumbprint.ts';
import { ROUTES } from '../../sync-server/protocol/protocol-limits.ts';
import type { KeyRing } from './key-ring.ts';
import { proofOfPossession } from './proof.ts';
import type { CallResult, ServerCalls } from './server-calls.ts';

export type RotationOutcome =
  | { readonly kind: 'rotated'; readonly keyThumbprint: string }
  /** The key is young enough, or a rotation was tried a short while ago. */
  | { readonly kind: 'notDue' }
  /** The box goes on with whichever key the server knows; tried again when it is due again. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface RotationParts {
  readonly calls: Pick<ServerCalls, 'request' | 'cursor'>;
  readonly keys: KeyRing;
  readonly serverUrl: string;
  /** The server's last nonce. */
  readonly nonce: () => string | undefined;
}

/** Rotates now; never rejects. */
export async function rotateKey({ calls, keys, serverUrl, nonce }: RotationParts): Promise<RotationOutcome> {
  const wasUnderWay = keys.isRotating();
  // Brings a fresh nonce for the proof in the body, and ends a rotation whose last reply was lost.
  const asked = await calls.cursor();
  if (asked.kind !== 'answer') return failed(asked);
  if (wasUnderWay && !keys.isRotating()) return rotated(keys);
  let newKeyProof: string;
  try {
    const nextKey = await keys.nextKey();
    const request = { method: 'POST', path: ROUTES.rotateKey } as const;
    newKeyProof = await proofOfPossession(request, serverUrl, nextKey, nonce());
  } catch (error) {
    return { kind: 'failed', reason: `make the next key: ${(error as Error).message}` };
  }
  const registered = await calls.request('POST', ROUTES.rotateKey, {
    message: { newKeyProof },
    schema: rotationAnswerSchema,
  });
  if (registered.kind !== 'answer') return failed(registered);
  // The first use of the new key is what makes the server forget the old one.
  const used = await calls.cursor();
  if (used.kind !== 'answer') return failed(used);
  if (keys.isRotating()) {
    return { kind: 'failed', reason: 'the server took the new key, but does not know it' };
  }
  return rotated(keys);
}

function rotated(keys: KeyRing): RotationOutcome {
  const { d: _, ...publicKey } = keys.current();
  return { kind: 'rotated', keyThumbprint: keyThumbprint(publicKey) };
}

function failed(result: Exclude<CallResult<unknown>, { kind: 'answer' }>): RotationOutcome {
  const reason = result.kind === 'refusal' ? `${result.problem.title} ${result.problem.hint}` : result.reason;
  return { kind: 'failed', reason };
}
