/** Things that come and go, with a real folder in which the test makes the nodes. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepOpen } from '../../../device/hardware/keep-open.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

function createKept(folder: string) {
  let there: string[] = ['event0'];
  let looks = 0;
  const open = new Set<string>();
  const told: string[] = [];
  const kept = keepOpen<string>({
    async find() {
      looks += 1;
      return there;
    },
    keyOf: (name) => name,
    isComplete: (names) => names.length > 0,
    async open(name) {
      open.add(name);
      return { close: () => void open.delete(name) };
    },
    absence: () => undefined,
    tell: (sentence) => void told.push(sentence),
    backAgain: (name) => `${name} is back`,
    monotonicMs: () => performance.now(),
    watched: { folder, prefix: 'event' },
  });
  onTestFinished(() => kept.close());
  return {
    kept,
    open,
    looks: () => looks,
    set: (names: string[]) => {
      there = names;
    },
  };
}

test('a node that appears is opened though everything expected is there', async () => {
  const folder = temporaryFolder();
  const box = createKept(folder);
  await box.kept.firstLook;
  expect([...box.open]).toEqual(['event0']);
  box.set(['event0', 'event1']);
  writeFileSync(join(folder, 'event1'), '');
  await until('the second one', () => (box.open.has('event1') ? true : undefined));
  await box.kept.close();
  expect(box.open.size).toBe(0);
});

test('many changes at once, and changes of other nodes, cost no more than a look', async () => {
  const folder = temporaryFolder();
  const box = createKept(folder);
  await box.kept.firstLook;
  for (let i = 0; i < 100; i++) writeFileSync(join(folder, 'null'), String(i));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(box.looks()).toBe(1);
  for (let i = 0; i < 100; i++) {
    writeFileSync(join(folder, 'event1'), String(i));
    rmSync(join(folder, 'event1'));
  }
  await until('a look', () => (box.looks() > 1 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(box.looks()).toBeLessThanOrEqual(4);
});
