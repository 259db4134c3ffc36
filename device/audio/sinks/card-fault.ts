/** What is wrong with a sound card, in a sentence for people with what to do, from what a program complained of. */

/** Reasons go into the journal and onto the panel, which take this much. */
const LONGEST_SENTENCE = 200;

interface Fault {
  readonly complaint: RegExp;
  /** `card` reads "the sound card (name)". */
  readonly sentence: (card: string) => string;
}

/** The first that fits. Worded as strerror and alsa-lib word it. */
const FAULTS: readonly Fault[] = [
  {
    complaint: /Device or resource busy/,
    sentence: (card) => `Another program holds ${card}. Close it; "fuser -v /dev/snd/*" tells which it is.`,
  },
  {
    // All that dmix says of a card it cannot open, be it busy or gone.
    complaint: /unable to open slave/,
    sentence: (card) =>
      `ALSA's mixer cannot open ${card}: another program holds it alone, or it has gone. "fuser -v /dev/snd/*" tells who.`,
  },
  {
    complaint: /No such file or directory|Unknown PCM|cannot find card|Cannot get card index/i,
    sentence: (card) =>
      `ALSA's default output leads to a card that is not there; ${card} may be another. Compare /etc/asound.conf with "aplay -l".`,
  },
  {
    complaint: /No such device|Bad file descriptor|descriptor in bad state|Input\/output error|DISCONNECTED/i,
    sentence: (card) =>
      `The plug of ${card} has come out, or its driver has gone. Plug the speaker in again.`,
  },
  {
    complaint:
      /(Sample format|Channels count|Access type|Rate) no[nt] available|no configurations available/i,
    sentence: (card) =>
      `${capital(card)} does not take 16-bit stereo at 44,100 Hz. Have /etc/asound.conf send the default output through "plug", which converts.`,
  },
  {
    complaint: /Permission denied|Operation not permitted/,
    sentence: (card) => `The box may not use ${card}. Put its user into the group "audio".`,
  },
  {
    complaint: /^aplay ended/,
    sentence: () =>
      'aplay, which plays the music, was ended by something else. It is started again by itself.',
  },
  {
    complaint: /ENOENT/,
    sentence: () => 'The program aplay is not there. Install alsa-utils.',
  },
];

/** The sentence for what aplay or the system complained of; `card` is the name of the first card there is. */
export function cardFault(complaint: string, card: string | undefined): string {
  const fault = FAULTS.find((candidate) => candidate.complaint.test(complaint));
  const sentence =
    fault?.sentence(cardWords(card)) ??
    `${capital(cardWords(card))} cannot be played through (${complaint || 'no reason was given'}). Try it with "speaker-test -c 2".`;
  return sentence.slice(0, LONGEST_SENTENCE);
}

/** A card that runs at a rate of its own: aplay plays on, and every song would be at the wrong speed. */
export function wrongRate(rateHz: number, card: string | undefined): string {
  const rate = rateHz.toLocaleString('en-GB');
  return `${capital(cardWords(card))} runs at ${rate} Hz only: songs would be at the wrong speed. Have /etc/asound.conf send the default output through "plug", which converts.`;
}

/** A card that has stopped taking sound without a word. */
export function hungCard(card: string | undefined): string {
  return `${capital(cardWords(card))} takes no more sound. Check its plug; restart the box if it does not come back.`;
}

function cardWords(card: string | undefined): string {
  return card === undefined ? 'the sound card' : `the sound card (${card})`;
}

function capital(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}
