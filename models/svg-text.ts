/** Text and numbers as SVG and readers want them: the words of every figure and portrait. */

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
  return String(Math.round(value * 10) / 10 + 0);
}

/** A number with so many decimals and a true minus sign. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  // -0.04 with one decimal is plain 0.0.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** As `fixed`, with a plus sign where it is above 0. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
}

export type Anchor = 'start' | 'middle' | 'end';

/** One line of text; `classes` are of the figures' style sheet. */
export function textAt(
  x: number,
  y: number,
  text: string,
  classes: string,
  anchor: Anchor = 'start',
): string {
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" class="${classes}"${anchored}>${escapeXml(text)}</text>`;
}

/** The same, reading upwards, centred on the point. */
export function turnedTextAt(x: number, y: number, text: string, classes: string): string {
  const place = `transform="translate(${coordinate(x)} ${coordinate(y)}) rotate(-90)"`;
  return `<text ${place} class="${classes}" text-anchor="middle">${escapeXml(text)}</text>`;
}
