/** Text and numbers as SVG wants them. */

/** Any text as content of an element or an attribute. XML has no way to write control characters: they go. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A coordinate with a tenth of a unit, which is as fine as anybody sees. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

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

export function textAt(
  x: number,
  y: number,
  text: string,
  style: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" class="${style}"${anchored}>${escapeXml(text)}</text>`;
}
