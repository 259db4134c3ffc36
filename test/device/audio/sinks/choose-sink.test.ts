import { describe, expect, test } from 'vitest';
import { rankSinks } from '../../../../device/audio/sinks/choose-sink.ts';
import { parseCards, type SoundEquipment } from '../../../../device/audio/sinks/sound-equipment.ts';

const everything: SoundEquipment = { cards: ['Headphones'], hasSpeakerModule: true, hasAplay: true };
const nothing: SoundEquipment = { cards: [], hasSpeakerModule: false, hasAplay: false };

describe('the choice of a sink', () => {
  test.each([
    [
      'auto',
      everything,
      [],
      ['aplay', 'speaker'],
      /^Sound card found \(Headphones\): playing through aplay\.$/,
    ],
    ['auto', everything, ['speaker'], ['aplay'], /playing through aplay\.$/],
    ['auto', everything, ['aplay'], ['speaker'], /playing through speaker\.$/],
    ['auto', { ...everything, hasSpeakerModule: false }, [], ['aplay'], /playing through aplay\.$/],
    ['auto', { ...everything, hasAplay: false }, [], ['speaker'], /playing through speaker\.$/],
    [
      'auto',
      { ...everything, cards: [] },
      [],
      [],
      /^No sound card found: playing on the silent clock\. Plug in a speaker/,
    ],
    ['auto', nothing, [], [], /^No sound card found/],
    [
      'auto',
      { ...nothing, cards: ['USB'] },
      [],
      [],
      /neither the speaker module nor aplay.*Install alsa-utils/,
    ],
    ['speaker', everything, [], ['speaker'], /playing through speaker\.$/],
    ['speaker', { ...everything, hasSpeakerModule: false }, [], [], /speaker cannot be used/],
    ['aplay', everything, [], ['aplay'], /playing through aplay\.$/],
    ['aplay', { ...everything, cards: [] }, [], ['aplay'], /^No sound card found: playing through aplay\.$/],
    ['aplay', nothing, [], [], /^No sound card found: playing on the silent clock/],
    ['silent', everything, [], ['silent'], /silent clock, as set/],
    [{ wav: 'x.wav' }, nothing, [], ['wav'], /Capturing what is played in x\.wav/],
  ] as const)('%j with %j, avoiding %j, tries %j', (choice, equipment, avoided, names, why) => {
    const ranking = rankSinks(choice, equipment, avoided);
    expect(ranking.names).toEqual(names);
    expect(ranking.why).toMatch(why);
  });

  test.each([
    ['--- no soundcards ---\n', []],
    ['', []],
    [
      // A Pi 4 with a USB speaker: cat /proc/asound/cards
      ' 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones\n' +
        ' 1 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n' +
        ' 2 [UACDemoV10     ]: USB-Audio - UACDemoV1.0\n                      Jieli UACDemoV1.0 at usb-1.4, full speed\n',
      ['Headphones', 'vc4hdmi0', 'UACDemoV10'],
    ],
  ])('reads the cards in %j', (text, cards) => {
    expect(parseCards(text)).toEqual(cards);
  });
});
