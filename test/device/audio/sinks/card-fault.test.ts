import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardFault, hungCard, wrongRate } from '../../../../device/audio/sinks/card-fault.ts';

const CARD = 'UACDemoV10';

describe('what is wrong with a card', () => {
  test.each([
    [
      'busy',
      'audio open error: Device or resource busy',
      /^Another program holds the sound card \(UACDemoV10\)\. Close it/,
    ],
    ['missing', 'audio open error: No such file or directory', /a card that is not there.*asound\.conf/],
    [
      'unplugged',
      'write error: No such device',
      /plug of the sound card \(UACDemoV10\) has come out.*again\.$/,
    ],
    ['gone in mid-write', 'write error: Input/output error', /has come out/],
    ['gone in the library', 'read/write error, state = DISCONNECTED', /has come out/],
    ['another format', 'Sample format non available', /does not take 16-bit stereo.*plug/],
    ['mono only', 'Channels count non available', /does not take 16-bit stereo.*plug/],
    ['forbidden', 'audio open error: Permission denied', /may not use.*group "audio"/],
    ['no program', 'spawn aplay ENOENT', /Install alsa-utils/],
    [
      'busy behind the mixer',
      'unable to open slave',
      /mixer cannot open the sound card \(UACDemoV10\).*fuser/,
    ],
    ['something else', 'Broken pipe', /cannot be played through \(Broken pipe\).*speaker-test/],
    ['a killed program', 'aplay ended, SIGKILL', /was ended by something else\. It is started again/],
  ])('%s is told by name with what to do', (_, complaint, sentence) => {
    expect(cardFault(complaint, CARD)).toMatch(sentence);
  });

  test('no two faults are told in the same words', () => {
    const complaints = [
      'resource busy',
      'No such file or directory',
      'No such device',
      'Permission denied',
      'ENOENT',
    ];
    const sentences = [
      ...complaints.map((complaint) => cardFault(`Device or ${complaint}`, CARD)),
      cardFault('Sample format non available', CARD),
      wrongRate(48_000, CARD),
      hungCard(CARD),
    ];
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test('a wrong rate is told with its number', () => {
    expect(wrongRate(48_000, undefined)).toMatch(
      /^The sound card runs at 48,000 Hz only: .*wrong speed.*plug/,
    );
  });

  test('fits the journal, whatever the complaint', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 500 }),
        fc.option(fc.string({ maxLength: 31 }), { nil: undefined }),
        (complaint, card) => {
          for (const sentence of [cardFault(complaint, card), wrongRate(192_000, card), hungCard(card)]) {
            expect(sentence.length).toBeLessThanOrEqual(200);
            expect(sentence).not.toBe('');
          }
        },
      ),
    );
  });
});
