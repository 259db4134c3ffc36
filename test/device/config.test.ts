import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseDeviceConfig, pressFilterOf, readDeviceConfig } from '../../device/config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the device file', () => {
  test('may be empty: the box has four buttons, plays predictably and listens on the loopback', () => {
    const config = parseDeviceConfig({}, 'test');
    expect(config.buttons.map(({ emotion }) => emotion)).toEqual(['happy', 'angry', 'sad', 'calm']);
    expect(config).toMatchObject({ novelty: 0, sound: 'auto', panel: { host: '127.0.0.1' } });
  });

  test('of the documentation is valid and shows the defaults', () => {
    const page = readFileSync('docs/device-file.md', 'utf8');
    const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
    const { musicFolder, server, ...rest } = parseDeviceConfig(example, 'docs');
    expect(rest).toEqual(parseDeviceConfig({}, 'test'));
    expect([musicFolder, server?.url]).toEqual(['/home/pi/Music', 'https://amecs.example.org']);
  });

  test('shows in the documentation how buttons and lamps are wired, and that is valid too', () => {
    const page = readFileSync('docs/device-file.md', 'utf8');
    const [, wiring] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json!));
    expect(parseDeviceConfig(wiring, 'docs')).toMatchObject(wiring);
  });

  test('has all its faults told at once, each with its place', () => {
    const faulty = { novelty: 4, panel: { port: 'x' }, buttons: [{ id: 'Big One' }], surprise: true };
    const tell = (): unknown => parseDeviceConfig(faulty, 'box.json');
    expect(tell).toThrow(ConfigError);
    for (const place of ['box.json', 'novelty', 'panel.port', 'buttons.0.id', 'surprise']) {
      expect(tell).toThrow(place);
    }
  });

  test.each([
    [
      'two buttons with one id',
      { buttons: ['a', 'a'].map((id) => ({ id, label: id, emotion: 'calm', colour: 'red' })) },
    ],
    ['one button', { buttons: [{ id: 'a', label: 'A', emotion: 'calm', colour: 'red' }] }],
    ['a fade-out too long to stop within 400 ms', { fadeOutMs: 400 }],
    ['a server that is no address', { server: { url: 'my server' } }],
  ])('is refused with %s', (_, config) => {
    expect(() => parseDeviceConfig(config, 'test')).toThrow(ConfigError);
  });

  const wired = {
    gpioPins: { happy: 17, merry: 22 },
    lampPins: { sad: 17, calm: { pwmChip: 0, pwmChannel: 1 } },
    hid: [
      { device: '0079:0006', contacts: [{ button: 'loud', byte: 5, mask: 16, value: 16 }] },
      { device: '0079:0006', contacts: [{ button: 'happy', byte: 5, mask: 32, value: 32 }] },
    ],
    keyboards: [{ device: '046d:c31c', keys: [{ button: 'quiet', code: 57 }] }],
  };

  test('has the faults of its wiring told with all others', () => {
    const tell = (): unknown => parseDeviceConfig({ ...wired, novelty: 4 }, 'box.json');
    for (const fault of [
      'novelty',
      'gpioPins.merry: there is no button with the id "merry" (there are happy, angry, sad, calm)',
      'lampPins.sad: pin 17 is already used by gpioPins.happy',
      'hid.0.contacts.0.button: there is no button with the id "loud"',
      'hid.1.device: 0079:0006 is already in hid.0',
      'keyboards.0.keys.0.button: there is no button with the id "quiet"',
    ]) {
      expect(tell).toThrow(fault);
    }
  });

  test.each([
    ['a pin the header has not', { gpioPins: { happy: 28 } }, 'gpioPins.happy'],
    [
      'a device that is no USB id',
      { keyboards: [{ device: 'Switch', keys: [] }] },
      'keyboards.0.device: four hex digits',
    ],
    [
      'a contact that can never be seen',
      { hid: [{ device: '0079:0006', contacts: [{ button: 'sad', byte: 0, mask: 1, value: 2 }] }] },
      'bits that mask leaves out',
    ],
    ['a stuck time shorter than a hold', { pressFilter: { stuckAfterMs: 5000 } }, 'longer than any press'],
  ])('is refused with %s', (_, config, fault) => {
    expect(() => parseDeviceConfig(config, 'test')).toThrow(fault);
  });

  test('gives each button the box’s press rules, and over them its own', () => {
    const [happy, ...others] = parseDeviceConfig({}, 'test').buttons;
    const config = parseDeviceConfig(
      {
        buttons: [{ ...happy, pressFilter: { acceptMs: 200 } }, ...others],
        pressFilter: { releaseMs: 60, togetherMs: 0 },
      },
      'test',
    );
    const shared = { acceptMs: 0, releaseMs: 60, lockOutMs: 0, stuckAfterMs: 60_000 };
    expect(pressFilterOf(config)).toEqual({
      togetherMs: 0,
      buttons: { happy: { ...shared, acceptMs: 200 }, angry: shared, sad: shared, calm: shared },
    });
    expect(parseDeviceConfig(config, 'read again')).toEqual(config);
  });

  test.each([
    ['is missing', undefined, /cannot be read \(ENOENT\)\. Check the path/],
    ['is not JSON', '{ "novelty": 0, }', /is not valid JSON/],
  ])('that %s gets one clear sentence with a hint', (_, text, sentence) => {
    const path = join(temporaryFolder(), 'device.json');
    if (text !== undefined) writeFileSync(path, text);
    expect(() => readDeviceConfig(path)).toThrow(sentence);
  });
});
