/** `amecs library` as a caregiver uses it: what is said, what is written, and what is never deleted. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withStorage } from '../../../../provisioning/cli/library/box-library.ts';
import { libraryCommand } from '../../../../provisioning/cli/library-command.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { bytes, tone, wavFile } from '../../../support/sound-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function amecs(data: string, ...argv: string[]): Promise<Said> {
  const terminal = createRecordingTerminal();
  const code = await libraryCommand.run([...argv, '--data', data], terminal);
  return { code, out: terminal.outLines.join('\n'), errors: terminal.errorLines.join('\n') };
}

describe('how it is called', () => {
  test.each([
    [[], /Say what to do/],
    [['play'], /no "amecs library play"/],
    [['add'], /Say what to add/],
    [['show'], /Say which song/],
    [['scan', 'a', 'b'], /Say one folder/],
    [['check'], /Say where DEAM is/],
    [['list', '--sort'], /--help/],
  ])('%j is answered with how it is meant', async (argv, words) => {
    await expect(amecs(temporaryFolder(), ...argv)).rejects.toThrow(words);
  });
});

describe('with nothing heard yet', () => {
  test.each([
    ['list', 0, /No song has been heard yet/],
    ['scan', 1, /music folder is not there/],
    ['show anything', 1, /No song has been heard yet/],
    ['check --reference /nowhere', 1, /not DEAM as it is published/],
  ])('%s says what to do', async (line, code, words) => {
    const said = await amecs(temporaryFolder(), ...line.split(' '));
    expect(said.code).toBe(code);
    expect(said.out + said.errors).toMatch(words);
  });
});

test('a song is added, heard, listed, drawn and forgotten', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  for (const [name, hz] of [
    ['Little Star.wav', 220],
    ['Little Bear.wav', 330],
  ] as const) {
    writeFileSync(join(folder, name), wavFile(tone(1, 2, 44_100, hz)));
  }
  const songs = [join(folder, 'Little Star.wav'), join(folder, 'Little Bear.wav')];
  expect((await amecs(data, 'add', ...songs)).out).toContain(`2 songs copied to ${join(data, 'music')}.`);
  writeFileSync(join(data, 'music', 'odd.wma'), bytes('0&\xb2u\x8ef\xcf\x11', Buffer.alloc(100)));

  const scan = await amecs(data, 'scan');
  expect(scan.out).toBe('2 songs can be played, 2 of them new; 1 file cannot be played.');
  expect(scan.errors).toMatch(/odd\.wma: .*\. [A-Z].*\.$/);

  const list = await amecs(data, 'list');
  expect(list.out).toMatch(/^title {2}.*before any press/);
  expect(list.out).toMatch(/Little Bear .*0:01 .*LUFS .*dB .*%.*%\s+0\n/);
  const json = JSON.parse((await amecs(data, 'list', '--json')).out);
  expect(json).toMatchObject([
    { title: 'Little Bear', isThere: true, timesPlayed: 0 },
    { title: 'Little Star' },
  ]);
  expect(json[0].population).toHaveLength(4);
  expect(json[0]).not.toHaveProperty('features');

  const ambiguous = await amecs(data, 'show', 'little');
  expect(ambiguous.code).toBe(1);
  expect(ambiguous.errors).toMatch(/can mean 2 songs[\s\S]*Little Bear[\s\S]*Little Star/);

  const out = join(folder, 'picture.svg');
  const show = await amecs(data, 'show', 'little', 'star', '--out', out);
  expect(show).toMatchObject({ code: 0, errors: '' });
  expect(show.out).toContain(`Picture: ${out}`);
  expect(readFileSync(out, 'utf8')).toMatch(/^<svg [\s\S]*Little Star[\s\S]*<\/svg>$/);
  const nowhere = await amecs(data, 'show', 'little star', '--out', join(folder, 'none', 'x.svg'));
  expect(nowhere.errors).toMatch(/could not be written/);

  const forget = await amecs(data, 'forget', 'little star');
  expect(forget.out).toMatch(/Forgot what was heard of “Little Star”[\s\S]*file stays/);
  expect(existsSync(join(data, 'music', 'Little Star.wav'))).toBe(true);
  expect((await amecs(data, 'forget', join(data, 'music', 'odd.wma'))).out).toMatch(
    /next scan tries it again/,
  );
  expect((await amecs(data, 'scan')).out).toContain('2 songs can be played, 1 of them new');

  rmSync(join(data, 'music', 'Little Star.wav'));
  expect((await amecs(data, 'list')).out).toMatch(/\(Little Star\)[\s\S]*1 whose file is not in its place/);
  const gone = await amecs(data, 'show', 'little star');
  expect(gone.code).toBe(1);
  expect(gone.errors).toMatch(/cannot be opened[\s\S]*--json/);
});

test('what a child taught shows in the list beside what was expected before any press', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'song.wav'), wavFile(tone(1)));
  await amecs(folder, 'add', join(folder, 'song.wav'));
  await amecs(folder, 'scan');
  await withStorage(folder, async (storage) => {
    const [song] = await storage.songs();
    for (let pressId = 1; pressId <= 6; pressId++) {
      const press = { kind: 'selected', pressId, button: 'calm', emotion: 'calm', positionMs: 1 } as const;
      await storage.append({ ...press, songId: song!.songId, predicted: [0.25, 0.25, 0.25, 0.25] }, 0);
    }
  });
  const { out } = await amecs(folder, 'list');
  expect(out).toMatch(/song .*calm \d\d %\s+0\n/);
  expect(out).toContain('The child’s model has learnt from 6 presses.');
  // Looking changes nothing: the model is the running box's to save.
  await withStorage(folder, async (storage) => {
    expect(await storage.loadModel('child')).toBeUndefined();
  });
});
