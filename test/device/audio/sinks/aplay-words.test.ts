/** What alsa-utils 1.2.8 printed: on an arm64 kernel 6.12 with snd-aloop, and with `type null` and `type rate` PCMs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AplayWord, createAplayWords } from '../../../../device/audio/sinks/aplay-words.ts';

/** `aplay -v ... --buffer-size=2048 --period-size=512 --start-delay=34829` through plug and dmix at 48 kHz, shortened. */
const SET_UP = `Playing raw data 'stdin' : Signed 16 bit Little Endian, Rate 44100 Hz, Stereo
Plug PCM: Rate conversion PCM (48000, sformat=S16_LE)
Converter: libspeex (external)
Protocol version: 10002
Its setup is:
  stream       : PLAYBACK
  rate         : 44100
  exact rate   : 44100 (44100/1)
  buffer_size  : 1881
  period_size  : 470
  start_threshold  : 1535
  stop_threshold   : 1881
Slave: Direct Stream Mixing PCM
Its setup is:
  rate         : 48000
  start_threshold  : 1671
  stop_threshold   : 2048
`;

const RAN_DRY = `underrun!!! (at least 44.829 ms long)
Status:
  state       : XRUN
  trigger_time: 10.123
`;

const WRONG_RATE = `Warning: rate is not accurate (requested = 44100Hz, got = 48000Hz)
         please, try the plug plugin (-Dplug:only48)
`;

/** What it is understood as, and its last complaint. */
function understood(...pieces: string[]): { words: AplayWord[]; complaint: string } {
  const words: AplayWord[] = [];
  const ears = createAplayWords((word) => words.push(word));
  for (const piece of pieces) ears.hear(piece);
  return { words, complaint: ears.lastComplaint() };
}

describe('what aplay says', () => {
  test.each([
    ['a card set up, told once', SET_UP, [{ kind: 'ready', startFrames: 1535 }]],
    ['a card that ran dry', RAN_DRY, [{ kind: 'underrun' }]],
    ['a card that ran dry thrice', RAN_DRY.repeat(3), Array(3).fill({ kind: 'underrun' })],
    ['a card at a rate of its own', WRONG_RATE, [{ kind: 'wrongRate', rateHz: 48_000 }]],
    ['nothing to worry about', "Playing raw data 'stdin' : Signed 16 bit Little Endian\n", []],
  ] as const)('%s', (_, text, words) => {
    expect(understood(text)).toEqual({ words, complaint: '' });
  });

  test('is understood however it is cut into pieces', () => {
    const text = SET_UP + RAN_DRY + WRONG_RATE + RAN_DRY;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 40 }), (lengths) => {
        const pieces: string[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        expect(understood(...pieces, text.slice(at))).toEqual(understood(text));
      }),
    );
  });

  test.each([
    [
      'aplay: main:831: audio open error: Device or resource busy\n',
      'audio open error: Device or resource busy',
    ],
    [
      'ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for 5\naplay: main:831: audio open error: No such file or directory\n',
      'audio open error: No such file or directory',
    ],
    [
      'ALSA lib pcm_dmix.c:1056:(snd_pcm_dmix_open) unable to open slave\naplay: main:831: audio open error: Invalid argument\n',
      'unable to open slave',
    ],
    [
      'underrun!!! (at least 0.606 ms long)\naplay: pcm_write:2127: write error: No such device',
      'write error: No such device',
    ],
    ['Aborted by signal Terminated...\n', ''],
  ])('of %j, %j is the complaint', (text, complaint) => {
    expect(understood(text).complaint).toBe(complaint);
  });

  test('a line without end does not grow for ever', () => {
    const ears = createAplayWords(() => {});
    for (let piece = 0; piece < 100; piece++) ears.hear(`aplay: x: ${'y'.repeat(1000)}`);
    expect(ears.lastComplaint().length).toBeLessThan(1100);
  });
});
