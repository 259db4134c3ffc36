/**
 * A simulated child: raters' average opinion of a song, turned, stretched and shifted on the valence-arousal plane, with
 * an opinion of the child's own about each song, unsteady presses and slips. Stands in where there are no real people.
 */
import { EMOTIONS, type Emotion, quadrantOf } from '../emotions.ts';
import { drawnIndex, drawnNormal, type Random } from '../population/learners/seeded-random.ts';

/** Standard deviations on [-1, 1] = (x - 5) / 4, unless said otherwise. */
export interface ChildTraits {
  /** Radians. */
  readonly turn: number;
  /** Of the logarithm of the factor of each dimension. */
  readonly logStretch: number;
  readonly shift: number;
  /** What a child has of its own about each song. */
  readonly song: number;
  /** From press to press. */
  readonly press: number;
  /** Share of presses that mean nothing: any button. */
  readonly lapses: number;
}

/**
 * Calibrated so that on DEAM's averages a child agrees with itself on about 68 % of songs and with the quadrant of the
 * average on about 51 %, as its raters do.
 */
export const CALIBRATED_TRAITS: ChildTraits = {
  turn: (18 * Math.PI) / 180,
  logStretch: 0.3,
  shift: 0.18,
  song: 0.25,
  press: 0.16,
  lapses: 0.03,
};

/** What listeners say of a song on average, each in [-1, 1]. */
export interface PlacedSong {
  readonly songId: string;
  readonly valence: number;
  readonly arousal: number;
}

/** R(θ) diag(g) x + offset. */
interface Taste {
  readonly turn: number;
  readonly stretch: readonly [valence: number, arousal: number];
  readonly shift: readonly [valence: number, arousal: number];
}

export interface SimulatedChild {
  /**
   * One press for a song. `age` says how far the child has drifted from who it was (0) to who it becomes (1).
   * `lapses` replaces the child's own share of slips.
   */
  press(song: PlacedSong, age?: number, lapses?: number): Emotion;
}

function drawnTaste(traits: ChildTraits, random: Random): Taste {
  const normal = (deviation: number): number => deviation * drawnNormal(random);
  return {
    turn: normal(traits.turn),
    stretch: [Math.exp(normal(traits.logStretch)), Math.exp(normal(traits.logStretch))],
    shift: [normal(traits.shift), normal(traits.shift)],
  };
}

/** Geometric for factors, plain for the rest. */
function between(a: Taste, b: Taste, share: number): Taste {
  const mix = (from: number, to: number): number => from + share * (to - from);
  const grow = (from: number, to: number): number => Math.exp(mix(Math.log(from), Math.log(to)));
  return {
    turn: mix(a.turn, b.turn),
    stretch: [grow(a.stretch[0], b.stretch[0]), grow(a.stretch[1], b.stretch[1])],
    shift: [mix(a.shift[0], b.shift[0]), mix(a.shift[1], b.shift[1])],
  };
}

/** A child drawn from these traits; everything it ever does comes from the stream. */
export function createSimulatedChild(traits: ChildTraits, random: Random): SimulatedChild {
  const born = drawnTaste(traits, random);
  const grown = drawnTaste(traits, random);
  const ownOpinions = new Map<string, readonly [valence: number, arousal: number]>();
  const normal = (deviation: number): number => deviation * drawnNormal(random);

  return {
    press(song, age = 0, lapses = traits.lapses) {
      let own = ownOpinions.get(song.songId);
      if (own === undefined) {
        own = [normal(traits.song), normal(traits.song)];
        ownOpinions.set(song.songId, own);
      }
      if (random() < lapses) return EMOTIONS[drawnIndex(random, EMOTIONS.length)]!;
      const { turn, stretch, shift } = between(born, grown, age);
      const [v, a] = [stretch[0] * song.valence, stretch[1] * song.arousal];
      const valence = Math.cos(turn) * v - Math.sin(turn) * a + shift[0] + own[0] + normal(traits.press);
      const arousal = Math.sin(turn) * v + Math.cos(turn) * a + shift[1] + own[1] + normal(traits.press);
      return quadrantOf(valence, arousal);
    },
  };
}
