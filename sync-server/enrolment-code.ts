/** Makes one-time codes: by the running server for its own box, and by `amecs server code` for any other. */
import { ENROLMENT_CODE_LIFETIME_MS } from './protocol/protocol-limits.ts';
import { canonicalCode, createCode, hashSecret } from './secrets.ts';
import type { DeviceRegistry } from './store/device-registry.ts';

/**
 * A fresh code as a person reads it, good for one box and 24 hours from `nowMs`. With `forDeviceId` whoever uses it
 * becomes that box again. The store keeps its hash only: this is the one time it is seen.
 */
export async function createEnrolmentCode(
  store: Pick<DeviceRegistry, 'saveEnrolmentCode'>,
  purpose: { readonly siteId: string; readonly nowMs: number; readonly forDeviceId?: string },
): Promise<string> {
  const { nowMs, ...whose } = purpose;
  const code = createCode();
  const codeHash = hashSecret(canonicalCode(code));
  await store.saveEnrolmentCode({ ...whose, codeHash, expiresAtMs: nowMs + ENROLMENT_CODE_LIFETIME_MS });
  return code;
}
