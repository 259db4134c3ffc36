import { describe, expect, test } from 'vitest';
import { createWithdrawal, WITHDRAWAL_FILE, type Withdrawal } from '../../device/withdrawal.ts';
import { createMemoryBoxFiles, PowerCut } from '../support/memory-box-files.ts';

const ORDER = { orderId: '01900000-0000-7000-8000-0000000000aa' };
const BOX = '01900000-0000-7000-8000-000000000011';

/** A box that loses power at its `cut`-th step, counting what is written and what is done; Infinity: never. */
function createBox() {
  const files = createMemoryBoxFiles();
  const box = {
    files,
    done: [] as string[],
    /** What is on the card. */
    child: 'presses' as string | undefined,
    identity: 'key' as string | undefined,
    stepsLeft: Number.POSITIVE_INFINITY,
    start(): Withdrawal {
      const step = (name: string, run: () => void) => async (): Promise<void> => {
        box.stepsLeft -= 1;
        if (box.stepsLeft < 0) throw new PowerCut(`before ${name}`);
        run();
        box.done.push(name);
      };
      const counted = {
        ...files,
        writeWhole: (...write: Parameters<typeof files.writeWhole>) =>
          step('note', () => void files.writeWhole(...write))(),
        remove: (name: string) => step('noteRemoved', () => void files.remove(name))(),
      };
      return createWithdrawal(counted, {
        stopUplink: step('uplinkStopped', () => {}),
        erase: step('erased', () => {
          box.child = undefined;
        }),
        removeIdentity: step('identityRemoved', () => {
          box.identity = undefined;
        }),
      });
    },
  };
  return box;
}

describe('a withdrawal', () => {
  test('is noted, carried out, noted as carried out; then the identity goes, and the note last', async () => {
    const box = createBox();
    const withdrawal = box.start();
    expect(await withdrawal.pending()).toBeUndefined();
    const note = { ...ORDER, deviceId: BOX, isErased: true };
    expect(await withdrawal.erase(ORDER, BOX)).toEqual(note);
    expect(await withdrawal.pending()).toEqual(note);
    await withdrawal.finish();
    expect(box.done).toEqual(['note', 'uplinkStopped', 'erased', 'note', 'identityRemoved', 'noteRemoved']);
    expect(await withdrawal.pending()).toBeUndefined();
  });

  test('that was carried out is not carried out again', async () => {
    const box = createBox();
    await box.start().erase(ORDER, BOX);
    box.child = 'what came after it';
    await box.start().erase(ORDER, BOX);
    expect(box.child).toBe('what came after it');
  });

  test('under another order, or of another box, is another', async () => {
    const box = createBox();
    await box.start().erase(ORDER, BOX);
    await box.start().erase({ orderId: '01900000-0000-7000-8000-0000000000bb' }, BOX);
    await box.start().erase(ORDER, '01900000-0000-7000-8000-000000000012');
    expect(box.done.filter((name) => name === 'erased')).toHaveLength(3);
  });

  test.each([0, 1, 2, 3, 4, 5])(
    'whose power goes at step %i is finished at the next start',
    async (steps) => {
      const box = createBox();
      box.stepsLeft = steps;
      const run = async (): Promise<void> => {
        const withdrawal = box.start();
        await withdrawal.erase(ORDER, BOX);
        await withdrawal.finish();
      };
      await expect(run()).rejects.toThrow(PowerCut);
      // The server may only be told what is true, and the key is needed to tell it.
      const note = await box.start().pending();
      if (note?.isErased) expect(box.child).toBeUndefined();
      if (box.identity === undefined) expect(note?.isErased).toBe(true);
      box.stepsLeft = Number.POSITIVE_INFINITY;
      await run();
      expect([box.child, box.identity, await box.start().pending()]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );

  test('whose note is damaged waits for the order to be repeated', async () => {
    const box = createBox();
    box.files.content.set(WITHDRAWAL_FILE, new TextEncoder().encode('{"orderId":'));
    expect(await box.start().pending()).toBeUndefined();
    await box.start().erase(ORDER, BOX);
    expect(box.child).toBeUndefined();
  });
});
