/** Protocols that come in variants: the small library heard again and again, and the simulated children. */

import { fixed, signed } from '../../svg-text.ts';
import { FIGURE_WIDTH, type Figure } from '../figures/figure.ts';
import { linePanel } from '../figures/line-panel.ts';
import { accuracySeries, differenceSeries } from './figure-series.ts';
import type { Findings, Section, Table } from './findings.ts';
import { type ProtocolFamily, variantOf } from './method-words.ts';
import { HOW_TO_READ_LINES } from './people-figures.ts';
import { comparisonTable, methodTable } from './tables.ts';

interface FamilyWords {
  readonly title: string;
  readonly lead: string;
  /** Of the family's plain protocol. */
  readonly plain: string;
  readonly figureTitle: string;
  readonly counted: 'people' | 'children';
  readonly measured: 'accuracy' | 'gain';
  readonly caption: string;
}

type VariedFamily = Exclude<ProtocolFamily, 'realPeople' | 'seedProtocol'>;

const FAMILY_WORDS: Readonly<Record<VariedFamily, FamilyWords>> = {
  repeatedLibrary: {
    title: 'A small library, heard again and again',
    lead:
      'Forty songs of each person, pressed again and again; a press repeats the person’s own label as often as people repeat ' +
      'themselves. The box may remember the song; what it remembers is judged by the person’s own label and by a fresh press, ' +
      'which differs from the label as often as people differ from themselves and so cannot be foreseen perfectly.',
    plain: 'all presses',
    figureTitle: 'Remembering the song',
    counted: 'people',
    measured: 'accuracy',
    caption:
      'Accuracy on the songs of the person’s own library. Mean over people, 95 % t interval over people.',
  },
  simulatedChildren: {
    title: 'Simulated children',
    lead:
      'Children made of numbers, whose map of valence and arousal is turned, stretched and shifted from the raters’ average, with an ' +
      'opinion of their own on each song and slips of the finger; set so that they agree with themselves and with others as often as ' +
      'real raters do. They show that the method does what it should where the truth is known; they are not evidence about anybody.',
    plain: 'as calibrated',
    figureTitle: 'Gain over the population model, by kind of simulated child',
    counted: 'children',
    measured: 'gain',
    caption:
      'Points of accuracy over the population model on the same simulated children; 95 % bootstrap interval over children (BCa).',
  },
};

const COLUMNS = 2;
const PANEL_HEIGHT = 316;

export function variantsSection(
  findings: Findings,
  family: VariedFamily,
  protocols: readonly string[],
): Section {
  const words = FAMILY_WORDS[family];
  return {
    id: family,
    title: words.title,
    lead: words.lead,
    figures: curvesOfVariants(findings, family, protocols, words),
    tables: protocols.flatMap((protocol) =>
      titled(variantName(protocol, words), [
        comparisonTable(findings, protocol),
        methodTable(findings, protocol),
      ]),
    ),
  };
}

function variantName(protocol: string, { plain }: FamilyWords): string {
  return variantOf(protocol) || plain;
}

function titled(variant: string, tables: readonly Table[]): Table[] {
  return tables.map((table) => ({ ...table, caption: `“${variant}”: ${table.caption}` }));
}

/** A panel for each variant. */
function curvesOfVariants(
  findings: Findings,
  family: VariedFamily,
  protocols: readonly string[],
  words: FamilyWords,
): Figure[] {
  const panels = protocols.map((protocol) => ({
    protocol,
    series:
      words.measured === 'accuracy'
        ? accuracySeries(findings, protocol, () => true)
        : differenceSeries('gain', findings, protocol, 'population', (method) => method !== 'majority'),
  }));
  const drawn = panels.filter(({ series }) => series.length > 0);
  if (drawn.length === 0) return [];
  const columns = Math.min(COLUMNS, drawn.length);
  const width = FIGURE_WIDTH / columns;
  return [
    {
      name: `${family}-curves`,
      title: words.figureTitle,
      caption: `${words.caption} ${HOW_TO_READ_LINES}`,
      width: FIGURE_WIDTH,
      height: Math.ceil(drawn.length / columns) * PANEL_HEIGHT,
      body: drawn
        .map(({ protocol, series }, at) =>
          linePanel(
            {
              title: variantName(protocol, words),
              yLabel: words.measured === 'accuracy' ? 'accuracy, %' : 'gain, points',
              format: (value) =>
                words.measured === 'accuracy'
                  ? fixed(value, 0)
                  : signed(value, Number.isInteger(value) ? 0 : 1),
              series,
              counted: words.counted,
              ...(words.measured === 'gain' ? { noChangeAt: 0 } : {}),
              labelRoom: columns === 1 ? 150 : 128,
            },
            {
              x: (at % columns) * width,
              y: Math.floor(at / columns) * PANEL_HEIGHT,
              width,
              height: PANEL_HEIGHT - 8,
            },
          ),
        )
        .join(''),
    },
  ];
}
