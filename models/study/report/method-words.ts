/** How the methods and protocols of a study are called and drawn. Names not listed here are shown as they are. */
import type { SeriesLook } from '../figures/line-panel.ts';

type Look = Omit<SeriesLook, 'isBold'>;

/** In the order in which they are listed. */
const LOOKS: Readonly<Record<string, Look>> = {
  ours: { label: 'this method', tone: 'blue', marker: 'circle', dash: 'solid' },
  population: { label: 'population', tone: 'ink', marker: 'diamond', dash: 'dashed' },
  personalForest: { label: 'personal forest', tone: 'vermillion', marker: 'square', dash: 'solid' },
  majority: { label: 'commonest emotion', tone: 'grey', marker: 'triangle', dash: 'dotted' },
  oursNoCovariance: { label: 'no prior covariance', tone: 'green', marker: 'square', dash: 'solid' },
  oursNoGate: { label: 'no gate', tone: 'purple', marker: 'triangle', dash: 'solid' },
  oursNoForest: { label: 'no forest', tone: 'orange', marker: 'diamond', dash: 'dashed' },
  oursNoTimbre: { label: 'no timbre', tone: 'vermillion', marker: 'triangle', dash: 'solid' },
  oursBiasOnly: { label: 'bias only', tone: 'sky', marker: 'square', dash: 'dashed' },
  oursNoMemory: { label: 'no song memory', tone: 'green', marker: 'diamond', dash: 'solid' },
  oursForgetting: { label: 'with forgetting', tone: 'purple', marker: 'square', dash: 'solid' },
  memoryOnly: { label: 'memory only', tone: 'orange', marker: 'triangle', dash: 'solid' },
  forest: { label: 'forest', tone: 'ink', marker: 'diamond', dash: 'dashed' },
  boosting: { label: 'boosting', tone: 'green', marker: 'square', dash: 'dashed' },
  svm: { label: 'SVM', tone: 'orange', marker: 'triangle', dash: 'dashed' },
  mlp: { label: 'MLP', tone: 'purple', marker: 'circle', dash: 'dashed' },
  ridge: { label: 'ridge', tone: 'sky', marker: 'square', dash: 'dashed' },
  gaussianProcess: { label: 'Gaussian process', tone: 'sky', marker: 'circle', dash: 'dashed' },
  gpForest: { label: 'Gauss process, forest', tone: 'green', marker: 'circle', dash: 'dashed' },
};

/** What is missing where a part is taken away. */
const ABLATION_WORDS: Readonly<Record<string, string>> = {
  oursNoCovariance: 'the prior’s variances, not what it knows of weights together',
  oursNoGate: 'the plain mean of the personal experts, without the population',
  oursNoTimbre: 'without the expert that learns taste from how songs sound, too',
  oursNoForest: 'without the trees on the songs’ own features',
  oursBiasOnly: 'of taste only constants (how often each emotion is called), without timbre and forest',
  oursNoMemory: 'without what each song has of its own',
};

const NO_LOOK: Omit<Look, 'label'> = { tone: 'grey', marker: 'square', dash: 'dashed' };

/** "oursNoGate" → "ours no gate". */
export function spacedWords(name: string): string {
  return name
    .replace(/[:_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim();
}

export function lookOf(method: string): SeriesLook {
  const look = LOOKS[method] ?? { ...NO_LOOK, label: spacedWords(method) };
  return { ...look, isBold: method === 'ours' };
}

/** Such as `No timbre: without the expert ...; no forest: ...`; empty of methods with nothing taken away. */
export function ablationWords(methods: Iterable<string>): string {
  const words = [...new Set(methods)].flatMap((method) =>
    ABLATION_WORDS[method] === undefined ? [] : [`${lookOf(method).label}: ${ABLATION_WORDS[method]}`],
  );
  const all = words.join('; ');
  return all === '' ? '' : `${all[0]!.toUpperCase()}${all.slice(1)}.`;
}

/** Place in lists: known methods in the order above, then the others. */
export function methodRank(method: string): number {
  const at = Object.keys(LOOKS).indexOf(method);
  return at < 0 ? Object.keys(LOOKS).length : at;
}

export const PROTOCOL_FAMILIES = [
  'realPeople',
  'repeatedLibrary',
  'seedProtocol',
  'simulatedChildren',
] as const;
export type ProtocolFamily = (typeof PROTOCOL_FAMILIES)[number];

/** The family a protocol is a variant of: "simulatedChildrenDrift" of "simulatedChildren". */
export function familyOf(protocol: string): ProtocolFamily | undefined {
  return PROTOCOL_FAMILIES.find((family) => protocol.startsWith(family));
}

/** "drift" of "simulatedChildrenDrift" or "simulatedChildren:drift"; empty of the family itself. */
export function variantOf(protocol: string): string {
  return spacedWords(protocol.slice(familyOf(protocol)?.length ?? 0));
}
