import { expect, onTestFinished, test } from 'vitest';
import { RECORD_BYTES } from '../../../device/core/key-records.ts';
import type { StartProgram } from '../../../device/hardware/child-program.ts';
import { openKeyboardContacts } from '../../../device/hardware/keyboard-contacts.ts';
import { until } from '../../support/until.ts';

test('a keyboard that is back is told of when its presses are heard, not before', async () => {
  const told: string[] = [];
  const programs: Parameters<StartProgram>[0][] = [];
  let nowMs = 0;
  const opening = openKeyboardContacts({
    mappings: [{ device: '046d:c31c', grab: true, keys: [{ button: 'calm', code: 57 }] }],
    clock: { monotonicMs: () => nowMs },
    onFault: (sentence) => void told.push(sentence),
    watchedFolder: '/nonexistent',
    listKeyboards: async () => [
      { vendorId: 0x046d, productId: 0xc31c, name: 'Switch Box', path: '/dev/input/event3' },
    ],
    startProgram(options) {
      programs.push(options);
      return { write() {}, close() {}, finish() {} };
    },
  });
  const program = (nth: number) => until('a reading program', () => programs[nth - 1]);
  (await program(1)).onOutput(Buffer.alloc(RECORD_BYTES));
  const { source } = await opening;
  onTestFinished(() => source.close());

  nowMs = 60_000;
  programs[0]!.onEnd('is gone');
  const second = await program(2);
  expect(told).toEqual([expect.stringMatching(/Switch Box.* is not heard for the moment: is gone\./)]);
  second.onOutput(Buffer.alloc(RECORD_BYTES));
  await until('the sentence', () => told[1]);
  expect(told[1]).toMatch(/Switch Box.* is heard again\./);
});
