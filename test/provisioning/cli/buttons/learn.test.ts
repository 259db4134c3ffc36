import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError, parseDeviceConfig } from '../../../../device/config.ts';
import type { Everywhere, Heard } from '../../../../device/hardware/listen-everywhere.ts';
import { learnButtons } from '../../../../provisioning/cli/buttons/learn.ts';
import {
  type LearntButton,
  withLearnt,
  writeLearnt,
} from '../../../../provisioning/cli/buttons/learnt-file.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const { buttons } = parseDeviceConfig({}, 'test');

function createEverywhere(names: readonly string[] = ['Arcade (0079:0006)']): Everywhere & {
  hear(heard: Heard): void;
} {
  let listener: (heard: Heard) => void = () => {};
  return {
    names,
    refused: [],
    onHeard: (next) => {
      listener = next;
    },
    hear: (heard) => listener(heard),
    close: async () => {},
  };
}

const report = (...bytes: number[]): Heard => ({
  kind: 'report',
  device: '0079:0006',
  report: Uint8Array.from(bytes),
});
const key = (code: number, isDown: boolean): Heard => ({ kind: 'key', device: '046d:c31c', code, isDown });

describe('learning the buttons', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What a person does, a list of things heard for each prompt. */
  async function learnBy(
    everywhere: ReturnType<typeof createEverywhere>,
    presses: readonly (readonly Heard[])[],
  ) {
    const terminal = createRecordingTerminal();
    const learning = learnButtons(buttons, everywhere, terminal);
    everywhere.hear(report(0x7f, 0));
    everywhere.hear(report(0x80, 0));
    await vi.advanceTimersByTimeAsync(2100);
    for (const heard of presses) {
      for (const one of heard) {
        everywhere.hear(one);
        await vi.advanceTimersByTimeAsync(350);
      }
      if (heard.length === 0) await vi.advanceTimersByTimeAsync(60_000);
    }
    return { learnt: await learning, terminal };
  }

  test('takes an encoder’s bits and a switch box’s key, each once it is let go', async () => {
    const { learnt, terminal } = await learnBy(createEverywhere(), [
      [report(0x7f, 1), report(0x80, 0)],
      [key(57, true), key(57, false)],
      [report(0x80, 4), report(0x80, 4), report(0x7f, 0)],
      [key(2, true), key(2, false)],
    ]);
    expect(learnt).toEqual([
      { button: 'happy', press: { kind: 'hid', device: '0079:0006', byte: 1, mask: 1, value: 1 } },
      { button: 'angry', press: { kind: 'key', device: '046d:c31c', code: 57 } },
      { button: 'sad', press: { kind: 'hid', device: '0079:0006', byte: 1, mask: 4, value: 4 } },
      { button: 'calm', press: { kind: 'key', device: '046d:c31c', code: 2 } },
    ]);
    expect(terminal.outLines).toContain('Press Happy (yellow) and let go.');
    expect(terminal.outLines).toContain('  Angry is key 57 of 046d:c31c.');
  });

  test('asks again when the same button is pressed twice, and leaves out what nobody presses', async () => {
    const { learnt, terminal } = await learnBy(createEverywhere(), [
      [key(2, true), key(2, false)],
      [key(2, true), key(2, false)],
      [key(3, true), key(3, false)],
      [],
      [],
    ]);
    expect(learnt.map(({ button }) => button)).toEqual(['happy', 'angry']);
    expect(terminal.outLines).toContain('  That was happy again; press another.');
    expect(terminal.outLines).toContain('  No press came; Sad stays as it was.');
  });

  test('learns nothing when it is stopped half way', async () => {
    const everywhere = createEverywhere();
    const terminal = createRecordingTerminal();
    const learning = learnButtons(buttons, everywhere, terminal);
    await vi.advanceTimersByTimeAsync(2100);
    everywhere.hear(key(2, true));
    everywhere.hear(key(2, false));
    await vi.advanceTimersByTimeAsync(10);
    terminal.stop();
    expect(await learning).toEqual([]);
  });

  test('says so when there is nothing to listen to', async () => {
    const terminal = createRecordingTerminal();
    expect(await learnButtons(buttons, createEverywhere([]), terminal)).toEqual([]);
    expect(terminal.errorLines).toEqual([expect.stringMatching(/no HID device and no keyboard.*Plug/)]);
  });
});

describe('the device file, once buttons are learnt', () => {
  const happyKey: LearntButton = { button: 'happy', press: { kind: 'key', device: '046d:c31c', code: 2 } };
  const happyHid: LearntButton = {
    button: 'happy',
    press: { kind: 'hid', device: '0079:0006', byte: 1, mask: 1, value: 1 },
  };

  test('has the new press in place of the old one, or beside it where it is added', () => {
    const before = withLearnt({}, [happyHid], false);
    expect(withLearnt(before, [happyKey], false)).toEqual({
      keyboards: [{ device: '046d:c31c', grab: true, keys: [{ button: 'happy', code: 2 }] }],
    });
    expect(Object.keys(withLearnt(before, [happyKey], true))).toEqual(['hid', 'keyboards']);
  });

  test('keeps everything else a person wrote, and is begun where there is none', () => {
    const path = join(temporaryFolder(), 'box.json');
    writeLearnt(path, [happyKey], false);
    const own = { novelty: 0.5, gpioPins: { sad: 4 } };
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...own }));
    writeLearnt(path, [happyHid], true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      ...own,
      hid: [{ device: '0079:0006', contacts: [{ button: 'happy', byte: 1, mask: 1, value: 1 }] }],
      keyboards: [{ device: '046d:c31c', grab: true, keys: [{ button: 'happy', code: 2 }] }],
    });
  });

  test('is left alone when it has faults, and told when it cannot be written', () => {
    const path = join(temporaryFolder(), 'box.json');
    writeFileSync(path, '{ "novelty": 9 }');
    expect(() => writeLearnt(path, [happyKey], false)).toThrow(ConfigError);
    expect(readFileSync(path, 'utf8')).toBe('{ "novelty": 9 }');
    expect(() => writeLearnt('/nonexistent/box.json', [happyKey], false)).toThrow(
      /cannot be written \(ENOENT\)/,
    );
    expect(() => statSync(`${path}.new`)).toThrow();
  });
});
