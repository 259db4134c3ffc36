import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseDeviceConfig, readDeviceConfig } from '../../device/config.ts';
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

  test.each([
    ['is missing', undefined, /cannot be read \(ENOENT\)\. Check the path/],
    ['is not JSON', '{ "novelty": 0, }', /is not valid JSON/],
  ])('that %s gets one clear sentence with a hint', (_, text, sentence) => {
    const path = join(temporaryFolder(), 'device.json');
    if (text !== undefined) writeFileSync(path, text);
    expect(() => readDeviceConfig(path)).toThrow(sentence);
  });
});
