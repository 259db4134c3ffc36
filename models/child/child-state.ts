/**
 * The stored form of a child's model: JSON-safe, versioned, and refused with a reason when anything about it is off.
 * It is only ever a shortcut: the journal is the truth, and a refused state is rebuilt from it.
 */
import type { ChildModel, ChildModelSettings, FittedExpert } from './child-model.ts';
import { createChildModel } from './child-model.ts';
import { CLASS_COUNT, EMBEDDING_SIZE, WEIGHT_COUNT } from './embedding.ts';
import { heardSongs } from './heard-songs.ts';
import type { Prior } from './prior.ts';

const FORMAT = 'amecs-child-model';
/** Raised whenever the same presses would give another model: an old state is then rebuilt, not migrated. */
const VERSION = 1;

/** What `JSON.stringify` may be given; doubles survive JSON to the bit. */
export interface ChildModelState {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Of prior, settings and population: another make of model must not read this state. */
  readonly make: string;
  readonly presses: number;
  readonly logEvidence: readonly number[];
  readonly songIds: readonly string[];
  /** [songs * 5] and [songs * 4]. */
  readonly embeddings: readonly number[];
  readonly counts: readonly number[];
  /** Per expert, in the order of the settings: W [20] and u [songs * 4]. */
  readonly fits: readonly { readonly weights: readonly number[]; readonly offsets: readonly number[] }[];
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

/** FNV-1a, 32 bits, over UTF-16 units (Fowler, Noll, Vo): against rot and mix-ups, not against an adversary. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function makeOf(prior: Prior, settings: ChildModelSettings, populationId: string): string {
  const { experts, songVariance } = settings;
  return fingerprint(
    JSON.stringify([[...prior.mean], [...prior.covariance], experts, songVariance, populationId]),
  );
}

function withChecksum(content: Omit<ChildModelState, 'checksum'>): ChildModelState {
  return { ...content, checksum: fingerprint(JSON.stringify(content)) };
}

/** The state to store; `populationId` names the population model whose probabilities the presses came with. */
export function serialiseChildModel(model: ChildModel, populationId: string): ChildModelState {
  return withChecksum({
    format: FORMAT,
    version: VERSION,
    make: makeOf(model.prior, model.settings, populationId),
    presses: model.gate.presses,
    logEvidence: model.gate.logEvidence,
    songIds: model.songs.ids,
    embeddings: [...model.songs.embeddings],
    counts: [...model.songs.counts],
    fits: model.experts.map(({ fit }) => ({ weights: [...fit.weights], offsets: [...fit.offsets] })),
  });
}

function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((x) => typeof x === 'string');
}

function parseFits(value: unknown, expertCount: number, songCount: number): ChildModelState['fits'] | null {
  if (!Array.isArray(value) || value.length !== expertCount) return null;
  const fits: ChildModelState['fits'][number][] = [];
  for (const fit of value as unknown[]) {
    const { weights, offsets } = (fit ?? {}) as { weights?: unknown; offsets?: unknown };
    if (!isNumbers(weights, WEIGHT_COUNT) || !isNumbers(offsets, songCount * CLASS_COUNT)) return null;
    fits.push({ weights, offsets });
  }
  return fits;
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
  if (typeof state !== 'object' || state === null) return refused('notAState', 'not an object');
  const given = state as Partial<Record<keyof ChildModelState, unknown>>;
  if (given.format !== FORMAT) return refused('notAState', `format is not ${FORMAT}`);
  if (given.version !== VERSION) {
    return refused('otherVersion', `version ${JSON.stringify(given.version)}, this program reads ${VERSION}`);
  }
  const { make, presses, logEvidence, songIds, embeddings, counts } = given;
  if (make !== makeOf(prior, settings, populationId)) {
    return refused('otherMake', 'made with another prior, other settings or another population model');
  }
  if (typeof presses !== 'number' || !Number.isSafeInteger(presses) || presses < 0) {
    return refused('damaged', 'presses');
  }
  if (!isStrings(songIds) || new Set(songIds).size !== songIds.length) return refused('damaged', 'songIds');
  if (!isNumbers(logEvidence, settings.experts.length)) return refused('damaged', 'logEvidence');
  if (!isNumbers(embeddings, songIds.length * EMBEDDING_SIZE)) return refused('damaged', 'embeddings');
  if (!isNumbers(counts, songIds.length * CLASS_COUNT)) return refused('damaged', 'counts');
  if (counts.reduce((sum, count) => sum + count, 0) !== presses)
    return refused('damaged', 'counts and presses differ');
  const fits = parseFits(given.fits, settings.experts.length, songIds.length);
  if (fits === null) return refused('damaged', 'fits');
  const whole = withChecksum({
    format: FORMAT,
    version: VERSION,
    make,
    presses,
    logEvidence,
    songIds,
    embeddings,
    counts,
    fits,
  });
  if (whole.checksum !== given.checksum) return refused('damaged', 'checksum');

  const empty = createChildModel(prior, settings);
  const experts: FittedExpert[] = empty.experts.map((expert, i) => ({
    ...expert,
    fit: {
      weights: Float64Array.from(fits[i]!.weights),
      offsets: Float64Array.from(fits[i]!.offsets),
    },
  }));
  const songs = heardSongs(songIds, Float64Array.from(embeddings), Float64Array.from(counts));
  return { kind: 'parsed', model: { ...empty, songs, experts, gate: { presses, logEvidence } } };
}
