/** Shortens text to the room a portrait has for it. */

/** Cut so that it fits `width` units at `fontSize`, by the width of common letters; wide scripts count double. */
export function fitText(text: string, width: number, fontSize: number): string {
  const room = width / fontSize;
  let used = 0;
  let fitting = '';
  for (const letter of text) {
    used += letter.codePointAt(0)! > 0x2e7f ? 1 : /[A-ZMW@%]/.test(letter) ? 0.68 : 0.53;
    if (used > room) return `${fitting.trimEnd()}…`;
    fitting += letter;
  }
  return fitting;
}
