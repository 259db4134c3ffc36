/**
 * Erases a child from this box when the server says that the child was withdrawn, in an order that a power cut cannot
 * turn around: what is left to do is read from one small file, and each step may be done again.
 *
 *   order noted -> uplink stopped -> all erased -> noted as erased -> server told -> identity removed -> note removed
 */
import { z } from 'zod';
import type { WithdrawalOrder } from '../sync-server/protocol/downlink.ts';
import type { BoxFiles } from './box-files.ts';

export const WITHDRAWAL_FILE = 'withdrawal.json';

const noteSchema = z.object({
  orderId: z.uuid(),
  /** Whose identity goes; one that took its place since is left alone. */
  deviceId: z.uuid(),
  isErased: z.boolean(),
});

export type WithdrawalNote = Readonly<z.infer<typeof noteSchema>>;

export interface WithdrawalSteps {
  /** Nothing is sent any more once it resolves. */
  stopUplink(): Promise<void>;
  /** Erases everything the child left here. */
  erase(): Promise<void>;
  /** Removes the box's identity at its server, its keys among it. */
  removeIdentity(): Promise<void>;
}

export interface Withdrawal {
  /** What an earlier start left unfinished. */
  pending(): Promise<WithdrawalNote | undefined>;
  /** Up to `noted as erased`; the note says how far it came. */
  erase(order: Pick<WithdrawalOrder, 'orderId'>, deviceId: string): Promise<WithdrawalNote>;
  /** The server knows, or knows no such box any more. */
  finish(): Promise<void>;
}

export function createWithdrawal(files: BoxFiles, steps: WithdrawalSteps): Withdrawal {
  async function pending(): Promise<WithdrawalNote | undefined> {
    const bytes = await files.read(WITHDRAWAL_FILE);
    try {
      return noteSchema.parse(JSON.parse(Buffer.from(bytes ?? []).toString('utf8')));
    } catch {
      // None, or a damaged one: the server repeats its order until it knows that it was carried out.
      return undefined;
    }
  }
  const write = (note: WithdrawalNote): Promise<void> =>
    files.writeWhole(WITHDRAWAL_FILE, `${JSON.stringify(note)}\n`);

  return {
    pending,
    async erase({ orderId }, deviceId) {
      const known = await pending();
      const isSame = known?.orderId === orderId && known.deviceId === deviceId;
      if (isSame && known.isErased) return known;
      if (!isSame) await write({ orderId, deviceId, isErased: false });
      await steps.stopUplink();
      await steps.erase();
      const done = { orderId, deviceId, isErased: true };
      await write(done);
      return done;
    },
    async finish() {
      await steps.removeIdentity();
      await files.remove(WITHDRAWAL_FILE);
    },
  };
}
