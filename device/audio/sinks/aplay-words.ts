/**
 * Understands what `aplay -v` says on stderr, line by line: how deep the card's buffer has become, that the card has
 * run dry, that it plays at another rate than was asked for, and what it complained of last. Worded as in alsa-utils
 * 1.2 (aplay.c: set_params, xrun) and alsa-lib (pcm.c: snd_pcm_dump_setup), in the C locale.
 */

export type AplayWord =
  /** The card is set up. What is queued when it begins to play, frames at our rate. */
  | { readonly kind: 'ready'; readonly startFrames: number }
  /** The card had nothing left to play. How long is not told: some versions are wrong by a factor of ten. */
  | { readonly kind: 'underrun' }
  /** It goes on, but every song would be too fast and too high, or too slow and too low. */
  | { readonly kind: 'wrongRate'; readonly rateHz: number };

export interface AplayWords {
  /** Takes text as it comes, cut anywhere. */
  hear(text: string): void;
  /** The line that says best why it ended; empty when it complained of nothing. */
  lastComplaint(): string;
}

/** A line longer than this is none of aplay's. */
const LONGEST_LINE = 1000;

/** The first of each set-up is the one that was asked for; slaves follow. */
const START_THRESHOLD = /^\s*start_threshold\s*: (\d+)$/;
const UNDERRUN = /^underrun!!!/;
const WRONG_RATE = /^Warning: rate is not accurate \(requested = \d+Hz, got = (\d+)Hz\)/;
const OWN_COMPLAINT = /^aplay: \S+: (.+)$/;
const LIBRARY_COMPLAINT = /^ALSA lib \S+?:\d+:\((\w+)\) (.+)$/;

export function createAplayWords(onWord: (word: AplayWord) => void): AplayWords {
  let unfinished = '';
  let isReady = false;
  let ownComplaint = '';
  let libraryComplaint = '';

  function hearLine(line: string): void {
    const [, startFrames] = START_THRESHOLD.exec(line) ?? [];
    if (startFrames !== undefined) {
      if (!isReady) onWord({ kind: 'ready', startFrames: Number(startFrames) });
      isReady = true;
      return;
    }
    const [, rateHz] = WRONG_RATE.exec(line) ?? [];
    if (rateHz !== undefined) onWord({ kind: 'wrongRate', rateHz: Number(rateHz) });
    if (UNDERRUN.test(line)) onWord({ kind: 'underrun' });
    ownComplaint = OWN_COMPLAINT.exec(line)?.[1] ?? ownComplaint;
    libraryComplaint = LIBRARY_COMPLAINT.exec(line)?.[2] ?? libraryComplaint;
  }

  function hear(text: string): void {
    const lines = `${unfinished}${text}`.split(/[\r\n]+/);
    unfinished = lines.pop()!.slice(-LONGEST_LINE);
    for (const line of lines) hearLine(line.trimEnd());
  }

  return {
    hear,
    lastComplaint() {
      hear('\n');
      // An invalid argument says nothing; why the library found it invalid does.
      const saysNothing = ownComplaint === '' || /Invalid argument$/.test(ownComplaint);
      return saysNothing && libraryComplaint !== '' ? libraryComplaint : ownComplaint;
    },
  };
}
