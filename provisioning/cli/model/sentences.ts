/** Sentences for a terminal: broken between words, with words that agree with their numbers. */
import { cellWidth } from '../text-table.ts';

/** Lines of at most `width` cells, each after `indent`; a word that is longer than a line stands alone. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const longer = line === indent ? indent + word : `${line} ${word}`;
    if (line === indent || cellWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** Such as `1 press` or `3 presses`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
