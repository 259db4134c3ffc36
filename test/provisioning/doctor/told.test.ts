/** The findings as people meet them: as a table, as light, aloud. */
import { describe, expect, test } from 'vitest';
import { findingsTable } from '../../../provisioning/cli/doctor/findings-table.ts';
import { speak } from '../../../provisioning/cli/doctor/speak.ts';
import { cellWidth } from '../../../provisioning/cli/text-table.ts';
import { NO_ANSWERS } from '../../../provisioning/doctor/all-checks.ts';
import {
  broken,
  type Finding,
  type Group,
  good,
  look,
  notHere,
  type Verdict,
} from '../../../provisioning/doctor/finding.ts';
import type { ToolAnswer } from '../../../provisioning/doctor/run-tool.ts';
import { spokenSentences } from '../../../provisioning/doctor/spoken-words.ts';
import { summaryOf } from '../../../provisioning/doctor/summary.ts';
import { verdictLamps } from '../../../provisioning/doctor/verdict-lamps.ts';
import { createRecordingTerminal } from '../../support/recording-terminal.ts';

const FINDINGS: readonly Finding[] = [
  { group: 'power', check: 'power', ...good('enough since the start, 52 °C') },
  {
    group: 'power',
    check: 'disk health',
    ...broken('3 errors on mmcblk0p2 (ext4)', 'Save the data, then use a new card.', 'docs/box.md'),
  },
  { group: 'hands', check: 'pins', ...good('header pinctrl-rp1, its pins count from 571') },
  {
    group: 'sound',
    check: 'sound card',
    ...look(
      'the screen’s plug (of three)',
      'Name the other card in asound.conf.',
      'provisioning/box/asound.conf',
    ),
  },
  { group: 'record', check: 'server', ...notHere('the device file names none') },
];

describe('the table', () => {
  test('has a heading for each group, a line for each finding, and what to do below it', () => {
    expect(findingsTable(FINDINGS, 80)).toEqual([
      'Computer, power and disk',
      'good      power        enough since the start, 52 °C',
      'BROKEN    disk health  3 errors on mmcblk0p2 (ext4)',
      '                       → Save the data, then use a new card.',
      '                         docs/box.md',
      '',
      'Buttons and lamps',
      'good      pins         header pinctrl-rp1, its pins count from 571',
      '',
      'Sound',
      'look      sound card   the screen’s plug (of three)',
      '                       → Name the other card in asound.conf.',
      '                         provisioning/box/asound.conf',
      '',
      'Database and server',
      'not here  server       the device file names none',
      '',
      'One thing is broken, and one thing wants a look.',
    ]);
  });

  test.each([60, 80, 100, 200])('fits a terminal of %d cells, and never more than 100', (width) => {
    const widest = Math.max(...findingsTable(NO_ANSWERS, width).map(cellWidth));
    expect(widest).toBeLessThanOrEqual(Math.min(width, 100));
  });
});

test.each<[readonly Verdict[], string]>([
  [['good', 'notHere'], 'Nothing is broken: all is well.'],
  [['good', 'look', 'look'], 'Nothing is broken; 2 things want a look.'],
  [['broken', 'broken'], '2 things are broken.'],
])('of %j it says in short: %s', (verdicts, words) => {
  const findings = verdicts.map((verdict) => ({ ...FINDINGS[0]!, verdict }));
  expect(summaryOf(findings)).toBe(words);
});

describe('the lamps', () => {
  test('one for each group: steady is good, breathing is where to look, dark is not here', () => {
    const lamps = verdictLamps(FINDINGS, ['happy', 'angry', 'sad', 'calm', 'sixth']);
    expect([...lamps]).toEqual([
      ['happy', 'degraded'],
      ['angry', 'glow'],
      ['sad', 'degraded'],
      ['calm', 'off'],
    ]);
  });

  test('with two lamps the second stands for all the rest', () => {
    const ofGroup = (group: Group, verdict: Verdict): Finding => ({ ...FINDINGS[0]!, group, verdict });
    const findings = [ofGroup('power', 'good'), ofGroup('hands', 'good'), ofGroup('record', 'broken')];
    expect([...verdictLamps(findings, ['a', 'b'])]).toEqual([
      ['a', 'glow'],
      ['b', 'degraded'],
    ]);
  });
});

describe('aloud', () => {
  test('the summary, then what is broken with its hint, without commands, paths and brackets', () => {
    expect(spokenSentences(FINDINGS)).toEqual([
      'One thing is broken, and one thing wants a look.',
      'disk health: 3 errors on mmcblk0p2. Save the data, then use a new card.',
      'What to type stands on the screen.',
    ]);
  });

  test.each<[string, ToolAnswer, readonly (string | RegExp)[]]>([
    ['is read by espeak-ng', { kind: 'ended', code: 0, output: '' }, []],
    ['says that espeak-ng is missing', { kind: 'missing' }, [/espeak-ng is missing.*apt install espeak-ng/]],
    ['says that it failed', { kind: 'ended', code: 1, output: '' }, [/espeak-ng failed \(1\)/]],
  ])('%s, softer than its own choice', async (_, answer, words) => {
    const terminal = createRecordingTerminal();
    const asked: (readonly string[])[] = [];
    await speak(['One.', 'Two.'], terminal, async (command, args) => {
      asked.push([command, ...args]);
      return answer;
    });
    expect(asked).toEqual([['espeak-ng', '-v', 'en', '-a', '50', '-s', '145', 'One.\nTwo.']]);
    expect(terminal.errorLines).toEqual(words.map((pattern) => expect.stringMatching(pattern)));
  });
});
