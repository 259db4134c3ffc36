import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBoxFiles } from '../../device/box-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('utf8');

describe('the files of a box', () => {
  test('are read as they were written, in folders made as needed, by this user alone', async () => {
    const folder = temporaryFolder();
    const files = createBoxFiles(folder);
    await files.writeWhole('models/a', 'first');
    await files.writeWhole('models/a', new Uint8Array([104, 105]));
    expect(text(await files.read('models/a'))).toBe('hi');
    expect(files.pathOf('models/a')).toBe(join(folder, 'models/a'));
    expect(statSync(join(folder, 'models/a')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'models')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'models'))).toEqual(['a']);
  });

  test('that are not there are nothing, and may be removed', async () => {
    const files = createBoxFiles(temporaryFolder());
    expect(await files.read('none')).toBeUndefined();
    expect(await files.list('none')).toEqual([]);
    await files.remove('none/at/all');
    await files.writeWhole('one', '1');
    await files.remove('one');
    expect(await files.read('one')).toBeUndefined();
  });

  test('are written over what a power cut left half written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'settings.new'), 'half');
    const files = createBoxFiles(folder);
    await files.writeWhole('settings', 'whole');
    expect(text(await files.read('settings'))).toBe('whole');
    writeFileSync(join(folder, 'settings.new'), 'half');
    await files.remove('settings');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('are listed without folders', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'models'));
    const files = createBoxFiles(folder);
    await files.writeWhole('a', '');
    await files.writeWhole('models/b', '');
    expect(await files.list('')).toEqual(['a']);
    expect(await files.list('models')).toEqual(['models/b']);
  });

  test('that cannot be read say so', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'settings'));
    await expect(createBoxFiles(folder).read('settings')).rejects.toThrow(/EISDIR/);
  });
});
