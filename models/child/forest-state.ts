/** The stored form of the forest expert, and the check that a stored forest can be walked without falling out of it. */
import { CLASS_COUNT } from './embedding.ts';
import type { ForestExpert, PendingForest } from './forest-expert.ts';
import { type Forest, LEAF } from './forest-votes.ts';
import { type HeardSongs, heardSongs } from './heard-songs.ts';
import { isCounts, isNumbers, isWhole, membersOf } from './stored-numbers.ts';

/** JSON-safe. About 65 kB for a forest of 500 songs. */
export interface ForestExpertState {
  readonly milestone: number;
  /** Its songs are the first `milestone` ones; what is kept is how they stood then. */
  readonly pending: {
    readonly takesEffectAt: number;
    readonly embeddings: readonly number[];
    readonly counts: readonly number[];
  } | null;
  readonly forest: Forest | null;
}

export function serialiseForestExpert({ milestone, pending, forest }: ForestExpert): ForestExpertState {
  return {
    milestone,
    pending:
      pending === undefined
        ? null
        : {
            takesEffectAt: pending.takesEffectAt,
            embeddings: [...pending.songs.embeddings],
            counts: [...pending.songs.counts],
          },
    forest: forest ?? null,
  };
}

/** The expert from its state; null where anything about it is off. */
export function parseForestExpert(value: unknown, songs: HeardSongs): ForestExpert | null {
  const { milestone, pending: givenPending, forest: givenForest } = membersOf(value);
  if (!isWhole(milestone) || milestone > songs.ids.length) return null;
  const pending = givenPending === null ? undefined : parsePending(givenPending, milestone, songs);
  const forest = givenForest === null ? undefined : parseForest(givenForest);
  if (pending === null || forest === null) return null;
  return { name: 'forest', milestone, pending, forest };
}

function parsePending(value: unknown, milestone: number, songs: HeardSongs): PendingForest | null {
  const { takesEffectAt, embeddings, counts } = membersOf(value);
  if (!isWhole(takesEffectAt)) return null;
  if (!isNumbers(embeddings, milestone * songs.width)) return null;
  if (!isCounts(counts, milestone * CLASS_COUNT)) return null;
  const ids = songs.ids.slice(0, milestone);
  return {
    milestone,
    takesEffectAt,
    songs: heardSongs(ids, Float64Array.from(embeddings), Float64Array.from(counts), songs.width),
  };
}

function isPosition(value: unknown, end: number): value is number {
  return isWhole(value) && value < end;
}

/** A forest in which every walk ends: children come after their parent, so no walk turns round. */
function parseForest(value: unknown): Forest | null {
  const { songs, inputCount, roots, column, threshold, lower, upper, shares } = membersOf(value);
  if (!isWhole(songs) || !isWhole(inputCount)) return null;
  if (!Array.isArray(column) || !Array.isArray(roots) || !Array.isArray(shares)) return null;
  const nodes = column.length;
  const leaves = shares.length / CLASS_COUNT;
  if (!isNumbers(column, nodes) || !isNumbers(threshold, nodes)) return null;
  if (!isNumbers(lower, nodes) || !isNumbers(upper, nodes)) return null;
  if (roots.length === 0 || !roots.every((root) => isPosition(root, nodes))) return null;
  if (!isWhole(leaves) || !isCounts(shares, shares.length)) return null;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const sum = shares.slice(leaf * CLASS_COUNT, (leaf + 1) * CLASS_COUNT).reduce((a, b) => a + b, 0);
    if (!(sum > 0)) return null;
  }
  const isSound = column.every((input, node) =>
    input === LEAF
      ? isPosition(lower[node], leaves)
      : isPosition(input, inputCount) &&
        [lower, upper].every((children) => isPosition(children[node], nodes) && children[node]! > node),
  );
  if (!isSound) return null;
  return { songs, inputCount, roots: roots as number[], column, threshold, lower, upper, shares };
}
