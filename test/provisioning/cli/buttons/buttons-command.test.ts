import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { touchWords } from '../../../../provisioning/cli/buttons/touch-words.ts';
import { buttonsCommand } from '../../../../provisioning/cli/buttons-command.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test.each([
  ['nothing to do', [], /Say what to do/],
  ['something else to do', ['dance', '--config', 'box.json'], /Say what to do/],
  ['no device file', ['learn'], /Say which device file: --config FILE/],
])('amecs buttons with %s is refused with a hint', async (_, argv, sentence) => {
  await expect(buttonsCommand.run(argv, createRecordingTerminal())).rejects.toThrow(sentence);
});

test('amecs buttons watch says when the file names no buttons, and tells its faults', async () => {
  const path = join(temporaryFolder(), 'box.json');
  writeFileSync(path, '{}');
  const terminal = createRecordingTerminal();
  expect(await buttonsCommand.run(['watch', '--config', path], terminal)).toBe(1);
  expect(terminal.errorLines).toEqual([expect.stringMatching(/names no buttons.*buttons learn/)]);
  writeFileSync(path, '{ "gpioPins": { "merry": 4 } }');
  expect(await buttonsCommand.run(['watch', '--config', path], terminal)).toBe(2);
  expect(terminal.errorLines.at(-1)).toMatch(/gpioPins\.merry/);
});

test('what became of a touch is a line with the setting that decided it', () => {
  const notice = { button: 'happy', atMs: 12_345.6 } as const;
  expect([
    touchWords({ kind: 'edge', isDown: true, ...notice }),
    touchWords({ kind: 'ignored', reason: 'together', ...notice }),
    touchWords({ kind: 'stuck', ...notice }),
  ]).toEqual([
    '      12.346 s  happy       pressed',
    '      12.346 s  happy       touched together with another button (togetherMs)',
    '      12.346 s  happy       has been down for very long; it counts as let go (stuckAfterMs)',
  ]);
});
