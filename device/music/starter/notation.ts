/**
 * The little language the pieces are written in: bars parted by `|`, each bar an even grid of tokens.
 * `-` holds what sounds (over the bar line too), `.` is silence, anything else begins something.
 * `'5 - 3 4'` in 4/4 is a half note and two quarters; `'V'` alone lasts the bar.
 */

/** Something that begins at `beat` (quarter notes from the start of the phrase) and lasts `beats`. */
export interface Timed {
  readonly token: string;
  readonly beat: number;
  readonly beats: number;
}

/** Bars of a phrase, in quarter notes of `barBeats` each. A leading hold or rest is silence. */
export function parseBars(text: string, barBeats: number): readonly Timed[] {
  const timed: { token: string; beat: number; beats: number }[] = [];
  let isSounding = false;
  barsOf(text).forEach((tokens, bar) => {
    const step = barBeats / tokens.length;
    tokens.forEach((token, index) => {
      const last = timed.at(-1);
      if (token === '-') {
        if (isSounding && last) last.beats += step;
        return;
      }
      isSounding = token !== '.';
      if (isSounding) timed.push({ token, beat: bar * barBeats + index * step, beats: step });
    });
  });
  return timed;
}

/** How many bars the text holds. */
export function barCount(text: string): number {
  return barsOf(text).length;
}

function barsOf(text: string): readonly (readonly string[])[] {
  return text.split('|').map((bar) => bar.trim().split(/\s+/));
}
