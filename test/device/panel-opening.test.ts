import { linkSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPanel } from '../../device/panel-opening.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function tokenOf(folder: string): Promise<string> {
  const panel = await openPanel(
    {
      folder,
      host: '127.0.0.1',
      port: 0,
      buttons: [],
      songFile: async () => undefined,
      clock: createFakeClock(),
      onFault: () => {},
    },
    () => {},
  );
  onTestFinished(() => panel?.close());
  return /#token=(\S+)$/.exec(panel!.url)![1]!;
}

test("the page's token is made once, whole and for this user's eyes only, and stays", async () => {
  const folder = temporaryFolder();
  const token = await tokenOf(folder);
  const path = join(folder, 'panel-token');
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await tokenOf(folder)).toBe(token);
});

test('a token that a power cut left half written is replaced, and never written over in place', async () => {
  const folder = temporaryFolder();
  const [path, before] = [join(folder, 'panel-token'), join(folder, 'the file before')];
  writeFileSync(path, 'half');
  linkSync(path, before);
  const token = await tokenOf(folder);
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  expect(readFileSync(before, 'utf8')).toBe('half');
});
