/**
 * The stored form of a child's model: JSON-safe, versioned, and refused with a reason when anything about it is off.
 * It is only ever a shortcut: the journal is the truth, and a refused state is rebuilt from it.
 */
import { fnv1a } from '../fnv1a.ts';
import type { ChildModel, ChildModelSettings } from './child-model.ts';
import { createChildModel } from './child-model.ts';
import { CLASS_COUNT } from './embedding.ts';
import type { Expert } from './experts.ts';
import { type ForestExpertState, parseForestExpert, serialiseForestExpert } from './forest-state.ts';
import { type HeardSongs, heardSongs } from './heard-songs.ts';
import { type Prior, priorToJson } from './prior.ts';
import { isCounts, isNumbers, isStrings, isWhole, membersOf } from './stored-numbers.ts';

const FORMAT = 'amecs-child-model';
/**
 * Raised whenever the same presses would give another model, the training of forests included: an old state is then
 * rebuilt, not migrated. 2: forests, abstaining experts, timbre.
 */
const VERSION = 2;

/** W [4 * J] and u [songs * 4] of an expert that is a posterior. */
interface FitState {
  readonly weights: readonly number[];
  readonly offsets: readonly number[];
}

/** What `JSON.stringify` may be given; doubles survive JSON to the bit. */
export interface ChildModelState {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Of prior, settings and population: another make of model must not read this state. */
  readonly make: string;
  readonly presses: number;
  readonly latestDay: number | null;
  readonly logEvidence: readonly number[];
  readonly songIds: readonly string[];
  /** [songs * width] and [songs * 4]. */
  readonly embeddings: readonly number[];
  readonly counts: readonly number[];
  /** In the order of the settings. */
  readonly experts: readonly (FitState | ForestExpertState)[];
  /** Of all the above: finds a rotten or half-written state. */
  readonly checksum: string;
}

/** Why a state was not taken. */
export type StateRefusal =
  | { readonly kind: 'refused'; readonly reason: 'notAState' | 'damaged'; readonly detail: string }
  /** Whole, but of another version of this program. */
  | { readonly kind: 'refused'; readonly reason: 'otherVersion'; readonly detail: string }
  /** Whole, but made under another prior, other settings or another population model. */
  | { readonly kind: 'refused'; readonly reason: 'otherMake'; readonly detail: string };

export type ParsedState = { readonly kind: 'parsed'; readonly model: ChildModel } | StateRefusal;

/** Against rot and mix-ups, not against an adversary. */
function fingerprint(text: string): string {
  return fnv1a(text).toString(16).padStart(8, '0');
}

function makeOf(prior: Prior, settings: ChildModelSettings, populationId: string): string {
  const { experts, songVariance, forgetting } = settings;
  const halfLives = [forgetting?.halfLifePresses ?? null, forgetting?.halfLifeDays ?? null];
  return fingerprint(JSON.stringify([priorToJson(prior), experts, songVariance, ...halfLives, populationId]));
}

function withChecksum(content: Omit<ChildModelState, 'checksum'>): ChildModelState {
  return { ...content, checksum: fingerprint(JSON.stringify(content)) };
}

function serialiseExpert(expert: Expert): FitState | ForestExpertState {
  if (expert.name === 'forest') return serialiseForestExpert(expert);
  return { weights: [...expert.fit.weights], offsets: [...expert.fit.offsets] };
}

/** The state to store; `populationId` names the population model whose probabilities the presses came with. */
export function serialiseChildModel(model: ChildModel, populationId: string): ChildModelState {
  return withChecksum({
    format: FORMAT,
    version: VERSION,
    make: makeOf(model.prior, model.settings, populationId),
    presses: model.gate.presses,
    latestDay: model.latestDay ?? null,
    logEvidence: model.gate.logEvidence,
    songIds: model.songs.ids,
    embeddings: [...model.songs.embeddings],
    counts: [...model.songs.counts],
    experts: model.experts.map(serialiseExpert),
  });
}

function parseExpert(value: unknown, empty: Expert, songs: HeardSongs): Expert | null {
  if (empty.name === 'forest') return parseForestExpert(value, songs);
  const { weights, offsets } = membersOf(value);
  if (!isNumbers(weights, empty.fit.weights.length) || !isNumbers(offsets, songs.ids.length * CLASS_COUNT))
    return null;
  return { ...empty, fit: { weights: Float64Array.from(weights), offsets: Float64Array.from(offsets) } };
}

function refused(reason: StateRefusal['reason'], detail: string): StateRefusal {
  return { kind: 'refused', reason, detail };
}

/** The model from its state, equal to the one stored to the bit; anything unexpected is a refusal, never an exception. */
export function parseChildModel(
  state: unknown,
  prior: Prior,
  settings: ChildModelSettings,
  populationId: string,
): ParsedState {
  const given: Partial<Record<keyof ChildModelState, unknown>> = membersOf(state);
  if (given.format !== FORMAT) return refused('notAState', `format is not ${FORMAT}`);
  if (given.version !== VERSION) {
    return refused('otherVersion', `version ${JSON.stringify(given.version)}, this program reads ${VERSION}`);
  }
  if (given.make !== makeOf(prior, settings, populationId)) {
    return refused('otherMake', 'made with another prior, other settings or another population model');
  }
  const { presses, latestDay, logEvidence, songIds, embeddings, counts } = given;
  if (!isWhole(presses)) return refused('damaged', 'presses');
  if (latestDay !== null && !Number.isFinite(latestDay)) return refused('damaged', 'latestDay');
  if (!isStrings(songIds) || new Set(songIds).size !== songIds.length) return refused('damaged', 'songIds');
  if (!isNumbers(logEvidence, settings.experts.length)) return refused('damaged', 'logEvidence');

  if (!isCounts(counts, songIds.length * CLASS_COUNT)) return refused('damaged', 'counts');
  if (settings.forgetting === undefined && counts.reduce((sum, count) => sum + count, 0) !== presses) {
    return refused('damaged', 'counts and presses differ');
  }

  const empty = createChildModel(prior, settings);
  const { width } = empty.songs;
  if (!isNumbers(embeddings, songIds.length * width)) return refused('damaged', 'embeddings');
  const songs = heardSongs(songIds, Float64Array.from(embeddings), Float64Array.from(counts), width);
  const stored: unknown = given.experts;
  if (!Array.isArray(stored) || stored.length !== empty.experts.length) return refused('damaged', 'experts');
  const experts: Expert[] = [];
  for (const [i, expert] of empty.experts.entries()) {
    const parsed = parseExpert(stored[i], expert, songs);
    if (parsed === null) return refused('damaged', `expert ${expert.name}`);
    experts.push(parsed);
  }
  const model: ChildModel = {
    ...empty,
    songs,
    experts,
    gate: { presses, logEvidence },
    latestDay: (latestDay as number | null) ?? undefined,
  };
  return serialiseChildModel(model, populationId).checksum === given.checksum
    ? { kind: 'parsed', model }
    : refused('damaged', 'checksum');
}
