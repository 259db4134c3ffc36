/**
 * What whoever uses a trained model must know of it, after Mitchell et al., "Model Cards for Model Reporting" (2019):
 * what it hears, what it learnt from, under which terms, how good it is, and what it must not be used for.
 */
import type { PopulationFigures } from './judge-population.ts';
import type { LearnerName } from './learners/fits.ts';

/** What a data set brings with it: its terms, and who its listeners are. */
export interface DataTerms {
  readonly licence: string;
  /** Who rated what, as a sentence. */
  readonly listeners: string;
}

export interface ModelCard {
  readonly format: 'amecs-model-card';
  readonly version: 1;
  /** Id of the population model: learner and digest. */
  readonly population: string;
  readonly learner: LearnerName;
  readonly seed: number;
  readonly inputs: { readonly featureVersion: string; readonly columns: readonly string[] };
  readonly data: DataTerms & {
    readonly name: string;
    readonly songs: number;
    readonly ratings: number;
    readonly raters: number;
    readonly sha256: string;
  };
  readonly crossValidated: PopulationFigures;
  readonly prior: { readonly listeners: number; readonly method: string };
  readonly limits: readonly string[];
  readonly notFor: readonly string[];
}

export const PRIOR_METHOD = 'EM with Laplace over listeners with 20 or more ratings';

export const LIMITS: readonly string[] = [
  'Nothing here is evidence about autistic children, or about any child: none was among the listeners.',
  'It names what a person says of a song about half of the time: it knows what many hear, not what one hears.',
  'It hears the spectrum of 45 s of a song: no words, no memories, no culture.',
];

export const NOT_FOR: readonly string[] = [
  'Any use but as the starting point of a model that its own child corrects.',
  'Judging, screening, diagnosing or comparing children, or telling what a person feels.',
];

/** The card as a page for people. `files`: names of population and prior beside it. `command`: what made them. */
export function cardToMarkdown(
  card: ModelCard,
  files: { readonly population: string; readonly prior: string; readonly card: string },
  command: string,
): string {
  const { data, crossValidated: figures, inputs } = card;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const ofListeners =
    figures.listeners === 0
      ? ''
      : `| a listener's own quadrant (mean over ${figures.listeners} listeners) | ${percent(figures.listenerAccuracy)} | ${percent(figures.listenerMajority)} |\n`;
  return `# The population model and its prior

| file | what it is |
| --- | --- |
| \`${files.population}\` | what most people hear in a song: \`${card.learner}\` from ${inputs.columns.length} aggregates of its spectrum to the four emotions and to valence and arousal, as ONNX; id \`${card.population}\` |
| \`${files.prior}\` | how listeners differ from that: means and covariances of the weights of a child's model, without timbre and with it, by ${card.prior.method} (${card.prior.listeners} of them) |
| \`${files.card}\` | this card for programs |

**Inputs.** Only what the box can hear: ${inputs.columns.map((name) => `\`${name}\``).join(', ')} (features \`${inputs.featureVersion}\`).

**Data.** ${data.name}: ${data.songs} songs, ${data.ratings} ratings of ${data.raters} raters. ${data.listeners}
Songs known only by averaged ratings, if there are any, count as a tenth of one listener each.
SHA-256 of the files read: \`${data.sha256}\`. Seed ${card.seed}.

**Licence.** ${data.licence}

**How good.** Songs it has not heard, ${figures.folds} song-disjoint folds:

| | model | commonest emotion |
| --- | --- | --- |
| quadrant of a song's averaged ratings | ${percent(figures.accuracy)} | ${percent(figures.majority)} |
${ofListeners}| log-loss of the quadrant of averaged ratings, nats | ${figures.logLoss.toFixed(3)} | |

**Limits.**

${card.limits.map((limit) => `- ${limit}`).join('\n')}

**Must not be used for.**

${card.notFor.map((use) => `- ${use}`).join('\n')}

**Made by** \`${command}\`; the same data and seed give the same bytes.
`;
}
