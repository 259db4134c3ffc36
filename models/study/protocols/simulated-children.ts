/**
 * Protocol 4, simulated children: where the truth is known, and people need not be. Variants are children who drift,
 * whose presses often mean nothing, or whose tastes lie far from everyone's.
 */
import { ratedSongs } from '../../population/training-samples.ts';
import { createMethods, type MethodName } from '../methods.ts';
import { randomAt, shuffled } from '../named-random.ts';
import { pooledRows } from '../pooled-rows.ts';
import {
  createKnowledgeSource,
  type KnowledgeOptions,
  type PopulationKnowledge,
} from '../population-knowledge.ts';
import { runPresses } from '../press-run.ts';
import {
  CALIBRATED_TRAITS,
  type ChildTraits,
  createSimulatedChild,
  type PlacedSong,
} from '../simulated-child.ts';
import type { Protocol, StudyMaterial, Task } from './protocol.ts';

export interface SimulatedChildrenSettings {
  readonly seed: number;
  readonly knowledge: KnowledgeOptions;
  /** Of each variant. */
  readonly children: number;
  readonly testedAt: readonly number[];
  readonly methods: readonly MethodName[];
}

interface Variant {
  readonly traits: ChildTraits;
  /** From the first press to the last the child becomes another one, drawn from the same traits. */
  readonly drifts: boolean;
}

/** Tastes twice as far from the average as real raters' are. */
const STRONG_TASTES: ChildTraits = {
  ...CALIBRATED_TRAITS,
  turn: 2 * CALIBRATED_TRAITS.turn,
  logStretch: 2 * CALIBRATED_TRAITS.logStretch,
  shift: 2 * CALIBRATED_TRAITS.shift,
};

/** By name of the rows they give. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  simulatedChildren: { traits: CALIBRATED_TRAITS, drifts: false },
  simulatedChildrenDrift: { traits: CALIBRATED_TRAITS, drifts: true },
  simulatedChildrenLapses: { traits: { ...CALIBRATED_TRAITS, lapses: 0.2 }, drifts: false },
  simulatedChildrenStrongTastes: { traits: STRONG_TASTES, drifts: false },
};

/** Songs a child is tested on; as many presses are meant, not slipped, as of a calibrated child. */
const TEST_SONGS = 200;
/** Children of one task. */
const CHILDREN_A_TASK = 5;

/** One task a handful of children of one variant. */
export function createSimulatedChildren(
  { tested, training = tested }: StudyMaterial,
  settings: SimulatedChildrenSettings,
): Protocol {
  const { seed } = settings;
  const placed = ratedSongs(tested).map(
    ({ song: { songId }, targets: { valence, arousal } }): PlacedSong => ({ songId, valence, arousal }),
  );
  const mostPresses = Math.min(Math.max(...settings.testedAt), Math.floor(placed.length / 2));
  let knowledge: PopulationKnowledge | undefined;

  function runChild(protocol: string, person: string, known: PopulationKnowledge) {
    const { traits, drifts } = VARIANTS[protocol]!;
    // The same songs in every variant, so that variants can be compared child by child.
    const songs = shuffled(placed, randomAt(seed, 'songs', person));
    const child = createSimulatedChild(traits, randomAt(seed, protocol, person));
    const age = (presses: number): number => (drifts ? presses / mostPresses : 0);
    const presses = songs.slice(0, mostPresses).map((song, made) => ({
      songId: song.songId,
      emotion: child.press(song, age(made)),
    }));
    const unheard = songs.slice(mostPresses, mostPresses + TEST_SONGS);
    const tests = (made: number) =>
      unheard.map((song) => ({
        songId: song.songId,
        emotion: child.press(song, age(made), CALIBRATED_TRAITS.lapses),
      }));
    const run = { person, presses, testedAt: settings.testedAt, tests: { [protocol]: tests } };
    return runPresses(run, createMethods(settings.methods, known, seed));
  }

  const batches = Array.from({ length: Math.ceil(settings.children / CHILDREN_A_TASK) }, (_, batch) => batch);
  return {
    name: 'simulatedChildren',
    settings,
    secondsATask: 0.3 * CHILDREN_A_TASK * settings.methods.length,
    tasks: Object.keys(VARIANTS).flatMap((ground) =>
      batches.map((batch) => ({ ground, person: String(batch) })),
    ),
    run({ ground, person: batch }: Task) {
      // Nobody is left out: no simulated child is among those learnt from, and opinions are out of sample.
      knowledge ??= createKnowledgeSource(training, tested.songs, settings.knowledge).without([]);
      const first = Number(batch) * CHILDREN_A_TASK;
      const last = Math.min(first + CHILDREN_A_TASK, settings.children);
      const known = knowledge;
      const children = Array.from({ length: last - first }, (_, at) => String(first + at));
      return pooledRows(children.flatMap((child) => runChild(ground, child, known)));
    },
  };
}
