/** What the child's model believes of a box's child, gathered once: model-words.ts says it, `--json` gives it whole. */
import { NO_POPULATION, type SongOpinions } from '../../../device/learning/song-opinions.ts';
import type { StoredSong } from '../../../device/music/library-store.ts';
import { type ChildModel, describeBeliefs, type ExpertBeliefs } from '../../../models/child/child-model.ts';
import { expertWeights } from '../../../models/child/evidence-gate.ts';
import type { ExpertName } from '../../../models/child/experts.ts';
import { type Explanation, explain } from '../../../models/child/explanation.ts';
import { forestShare } from '../../../models/child/forest-expert.ts';
import type { Prior } from '../../../models/child/prior.ts';
import type { Terminal } from '../command.ts';
import type { BoxRecord } from './box-record.ts';
import { type Foretold, goThrough, pressesOf, scoreOf, songOpinion } from './child-history.ts';
import { describeHearing, type Hearing } from './hearing.ts';

/** One voice of the mixture. */
export interface Voice {
  readonly name: ExpertName | 'population';
  /** Its share of the prediction now; all sum to 1. */
  readonly weight: number;
  /** Σ e, nats: by how much it foretold the presses better than the population, each before it came. */
  readonly evidence: number;
}

export interface SongBelief {
  readonly song: StoredSong;
  readonly explanation: Explanation;
}

export interface ModelView {
  readonly populationId: string;
  /** Learnt from; presses on songs the box has forgotten are counted apart. */
  readonly presses: number;
  readonly forgottenPresses: number;
  /** Songs pressed for. */
  readonly pressedSongs: number;
  readonly voices: readonly Voice[];
  readonly experts: readonly ExpertBeliefs[];
  readonly prior: Prior;
  /** One an emotion; empty where what most people hear is not known. */
  readonly hearing: readonly Hearing[];
  readonly foretold: Foretold;
  /** Every song the population model can judge, by title. */
  readonly songs: readonly SongBelief[];
}

/** Gathers it; undefined when it was interrupted. About 1 ms a press and a song. */
export async function viewModel(
  record: BoxRecord,
  opinions: SongOpinions,
  prior: Prior,
  terminal: Pick<Terminal, 'progress' | 'signal'>,
): Promise<ModelView | undefined> {
  await opinions.ask(record.songs);
  const presses = pressesOf(record, opinions);
  const gone = await goThrough(presses, prior, terminal);
  if (gone === undefined) return undefined;
  const { model, foretellings } = gone;
  const isPopulationKnown = opinions.populationId !== NO_POPULATION;
  const beliefs = describeBeliefs(model);
  const heard = record.songs
    .filter((song) => !isPopulationKnown || opinions.ofMost(song) !== undefined)
    .map((song) => ({ song, opinion: songOpinion(song, opinions) }));
  return {
    populationId: opinions.populationId,
    presses: presses.length,
    forgottenPresses: record.selections.length - presses.length,
    pressedSongs: beliefs.songs,
    voices: voicesOf(model),
    experts: beliefs.experts,
    prior,
    hearing: isPopulationKnown
      ? describeHearing(
          model,
          heard.map(({ opinion }) => opinion),
        )
      : [],
    foretold: scoreOf(foretellings),
    songs: heard
      .map(({ song, opinion }) => ({ song, explanation: explain(model, opinion) }))
      .sort((a, b) => a.song.title.localeCompare(b.song.title)),
  };
}

/** The mixture as it speaks: what the forest only repeats of the others, and all of it before there is one, is theirs. */
function voicesOf({ gate, experts }: ChildModel): Voice[] {
  const [population, ...weights] = expertWeights(gate);
  const shares = experts.map((expert) => (expert.name === 'forest' ? forestShare(expert) : 1));
  const repeated = weights.reduce((sum, weight, i) => sum + weight * (1 - shares[i]!), 0);
  const spoken = weights.reduce((sum, weight, i) => sum + (shares[i] === 1 ? weight : 0), 0);
  return [
    { name: 'population', weight: population!, evidence: 0 },
    ...experts.map(({ name }, i) => ({
      name,
      weight: weights[i]! * (shares[i] === 1 ? 1 + repeated / spoken : shares[i]!),
      evidence: gate.logEvidence[i]!,
    })),
  ];
}
