/** The command as a user types it: what it lists, and what it says to mistakes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAmecs } from '../../support/amecs-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('amecs', () => {
  test.each([[['--help']], [['start', '--help']], [[]]])('%j lists the sub-commands', async (argv) => {
    const { code, output } = await runAmecs(argv);
    expect(code).toBe(0);
    for (const command of ['start', 'device', 'server', 'library', 'pull']) {
      expect(output).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  test.each([
    ['a command there is not', ['dance'], /no command "dance".*--help/],
    ['an option there is not', ['start', '--prot', '1'], /'--prot'.*--help/],
    ['a port that is none', ['start', '--port', '99999'], /--port 99999 is not a port/],
    ['pull without a folder', ['pull'], /--out DIR/],
    ['a device file that is not there', ['start', '--config', '/nowhere.json'], /cannot be read \(ENOENT\)/],
  ])('answers %s with one sentence, exit code 2 and no stack', async (_, argv, sentence) => {
    const { code, output } = await runAmecs(argv);
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  test('tells all faults of a device file at once', async () => {
    const config = join(temporaryFolder(), 'device.json');
    writeFileSync(config, '{ "novelty": 7, "buttons": [], "gpioPins": { "happy": 99 } }');
    const { code, output } = await runAmecs(['start', '--config', config]);
    expect(code).toBe(2);
    for (const place of ['novelty', 'buttons', 'gpioPins.happy', 'docs/device-file.md']) {
      expect(output).toContain(place);
    }
  });
});
