/** The files a trained model is kept in: what each is called, and its bytes. The same model gives the same bytes. */
import { POPULATION_FILE } from './load-population.ts';
import { PRIOR_FILE } from './load-prior.ts';
import { cardToMarkdown } from './model-card.ts';
import type { TrainedModel } from './train-population.ts';

export const CARD_FILE = 'model-card.json';
const PAGE_FILE = 'README.md';

/** Characters of a line of the JSON files, as the project's formatter has it. */
const LINE_WIDTH = 110;

export interface ModelFile {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** `command`: what made the model, for whoever makes it again. */
export function modelFiles(
  { onnx, prior, card }: Pick<TrainedModel, 'onnx' | 'prior' | 'card'>,
  command: string,
): readonly ModelFile[] {
  const names = { population: POPULATION_FILE, prior: PRIOR_FILE, card: CARD_FILE };
  return [
    { name: POPULATION_FILE, content: onnx },
    { name: PRIOR_FILE, content: readableJson(prior) },
    { name: CARD_FILE, content: readableJson(card) },
    { name: PAGE_FILE, content: cardToMarkdown(card, names, command) },
  ];
}

/** JSON with as many numbers to a line as fit, instead of one. */
function readableJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 2);
  const numbers = /^( *)("[^"]*": )?\[\n([-\d.e+,\s]+)\n *\]/gm;
  return `${lines.replace(numbers, (_, indent: string, key: string | undefined, inner: string) => {
    const cells = inner.split(',').map((cell) => cell.trim());
    const opening = `${indent}${key ?? ''}[`;
    const short = `${opening}${cells.join(', ')}]`;
    // One for the comma that may follow.
    if (short.length < LINE_WIDTH) return short;
    return [opening, ...filledLines(cells, `${indent}  `), `${indent}]`].join('\n');
  })}\n`;
}

function filledLines(cells: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  cells.forEach((cell, at) => {
    const text = at < cells.length - 1 ? `${cell},` : cell;
    const longer = line === indent ? `${line}${text}` : `${line} ${text}`;
    if (longer.length <= LINE_WIDTH) line = longer;
    else {
      lines.push(line);
      line = `${indent}${text}`;
    }
  });
  return [...lines, line];
}
