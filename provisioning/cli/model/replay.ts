/**
 * `amecs model replay`: makes the child's model anew from a journal, compares it with the one the box stored, and tells
 * how well it foretold the presses beside what people in general hear. Reads only.
 */
import type { SongOpinions } from '../../../device/learning/song-opinions.ts';
import { type ChildModel, createChildModel } from '../../../models/child/child-model.ts';
import { parseChildModel, serialiseChildModel } from '../../../models/child/child-state.ts';
import { isForestDue, pendingForest, withForest } from '../../../models/child/forest-delivery.ts';
import { type FeaturesOf, forestRows } from '../../../models/child/forest-rows.ts';
import type { Prior } from '../../../models/child/prior.ts';
import type { Terminal } from '../command.ts';
import { readBoxModel } from './box-model.ts';
import { type BoxRecord, readBoxRecord } from './box-record.ts';
import {
  type Foretelling,
  type Foretold,
  goThrough,
  type LearntPress,
  pressesOf,
  scoreOf,
  trainIfAny,
} from './child-history.ts';
import { replayLines } from './replay-words.ts';
import { type StateDifference, stateDifferences } from './state-differences.ts';

export interface ReplayOptions {
  /** The box's `device.sqlite`. */
  readonly journal: string;
  readonly asJson: boolean;
}

/** How the model the box stored compares with the rebuilt one. */
export type StateComparison =
  | { readonly kind: 'none' }
  /** Of another version, prior or population model: the box makes it anew at its next start, nothing is wrong. */
  | { readonly kind: 'incomparable'; readonly detail: string }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'equal'; readonly afterPresses: number }
  | {
      readonly kind: 'differs';
      readonly afterPresses: number;
      readonly differences: readonly StateDifference[];
    };

/** How well some presses in a row were foretold; `from` and `to` count from 1, both included. */
export interface Stretch extends Foretold {
  readonly from: number;
  readonly to: number;
}

export interface Replay {
  readonly presses: number;
  readonly songs: number;
  /** On songs the box has forgotten: how those sound is not known any more. */
  readonly forgottenPresses: number;
  readonly state: StateComparison;
  /** The presses in quarters; empty where they are too few. */
  readonly quarters: readonly Stretch[];
  readonly whole: Stretch;
}

/** Accuracies of fewer presses say nothing. */
const FEWEST_IN_A_QUARTER = 5;

/** Resolves to the exit code: 1 where the stored model is not what the journal makes, or the journal cannot be read. */
export async function replayModel({ journal, asJson }: ReplayOptions, terminal: Terminal): Promise<number> {
  const reading = readBoxRecord(journal);
  if (reading.kind !== 'read') {
    terminal.error(
      reading.kind === 'missing'
        ? `${journal}: there is no such file. Name the device.sqlite of a box with --journal FILE.`
        : `${journal}: ${reading.reason}. ${reading.hint}`,
    );
    return 1;
  }
  const { opinions, prior } = await readBoxModel(journal, (sentence) => terminal.error(sentence));
  const replay = await replayRecord(reading.record, opinions, prior, terminal);
  if (replay === undefined) return 130;
  if (asJson)
    terminal.out(JSON.stringify({ journal, populationId: opinions.populationId, ...replay }, null, 2));
  else for (const line of replayLines(journal, replay)) terminal.out(line);
  return replay.state.kind === 'differs' || replay.state.kind === 'damaged' ? 1 : 0;
}

/** Replays what a box has kept; undefined when it was interrupted. About 1 ms a press. */
export async function replayRecord(
  record: BoxRecord,
  opinions: SongOpinions,
  prior: Prior,
  terminal: Pick<Terminal, 'progress' | 'signal'>,
): Promise<Replay | undefined> {
  await opinions.ask(record.songs);
  const presses = pressesOf(record, opinions);
  let atStored = { model: createChildModel(prior), presses: 0 };
  const gone = await goThrough(presses, prior, terminal, (press, model) => {
    if (isStored(press, record.stored)) atStored = { model, presses: atStored.presses + 1 };
  });
  if (gone === undefined) return undefined;
  const { foretellings } = gone;
  const songById = new Map(record.songs.map((song) => [song.songId, song]));
  return {
    presses: presses.length,
    songs: gone.model.songs.ids.length,
    forgottenPresses: record.selections.length - presses.length,
    state: compare(record.stored?.state, atStored, opinions.populationId, (songId) => {
      const song = songById.get(songId);
      return song && opinions.featuresOf(song);
    }),
    quarters: quartersOf(foretellings),
    whole: { from: 1, to: presses.length, ...scoreOf(foretellings) },
  };
}

/** Whether the stored model has learnt from this press. */
function isStored({ at }: LearntPress, stored: BoxRecord['stored']): boolean {
  return (
    stored !== undefined && (at.epoch < stored.epoch || (at.epoch === stored.epoch && at.seq <= stored.seq))
  );
}

function compare(
  state: string | undefined,
  { model, presses }: { readonly model: ChildModel; readonly presses: number },
  populationId: string,
  featuresOf: FeaturesOf,
): StateComparison {
  if (state === undefined) return { kind: 'none' };
  let value: unknown;
  try {
    value = JSON.parse(state);
  } catch {
    return { kind: 'damaged', detail: 'it is not JSON' };
  }
  const parsed = parseChildModel(value, model.prior, model.settings, populationId);
  if (parsed.kind === 'refused') {
    const isDamage = parsed.reason === 'damaged' || parsed.reason === 'notAState';
    return { kind: isDamage ? 'damaged' : 'incomparable', detail: parsed.detail };
  }
  const differences = stateDifferences(
    serialiseChildModel(withDueForest(parsed.model, featuresOf), populationId),
    serialiseChildModel(model, populationId),
    model.settings.experts,
  );
  return differences.length === 0
    ? { kind: 'equal', afterPresses: presses }
    : { kind: 'differs', afterPresses: presses, differences };
}

/** A box may have saved its model while a forest that was due still trained; the rebuilt one has it already. */
function withDueForest(model: ChildModel, featuresOf: FeaturesOf): ChildModel {
  const pending = pendingForest(model);
  if (pending === undefined || !isForestDue(model)) return model;
  return withForest(model, trainIfAny(forestRows(pending.songs, featuresOf), pending.milestone));
}

function quartersOf(foretellings: readonly Foretelling[]): Stretch[] {
  const { length } = foretellings;
  if (length < 4 * FEWEST_IN_A_QUARTER) return [];
  return [0, 1, 2, 3].map((quarter) => {
    const [first, end] = [Math.floor((quarter * length) / 4), Math.floor(((quarter + 1) * length) / 4)];
    return { from: first + 1, to: end, ...scoreOf(foretellings.slice(first, end)) };
  });
}
