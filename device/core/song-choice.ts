/**
 * Which song answers a request. Predictable unless the caregiver turns the novelty dial up:
 * of the songs that are about as good as the best for this emotion, the one heard least.
 * The probability of the choice under the policy (its propensity) comes with it, for off-policy studies.
 */
import { type Emotion, emotionIndex, type PerEmotion } from '../../models/emotions.ts';
import type { ChosenSong, LibrarySong, SongId } from './ports.ts';

/** Songs within this much of the best P(emotion) count as equally good: small against the model's own error. */
const AS_GOOD_AS_BEST = 0.05;

export interface ChoiceInputs {
  readonly emotion: Emotion;
  readonly songs: readonly LibrarySong[];
  /** P(emotion | song), one row a song, same order as `songs`. */
  readonly predicted: readonly PerEmotion[];
  /** How often each song was played on this box. */
  readonly timesPlayed: ReadonlyMap<SongId, number>;
  /** 0: always the predictable song; 1: always drawn in proportion to P(emotion). */
  readonly novelty: number;
  /** Uniform in [0, 1): the only randomness, drawn outside. */
  readonly random: number;
}

/** The chosen song with its propensity, or undefined without songs. Deterministic in its inputs; O(songs). */
export function chooseSong(inputs: ChoiceInputs): ChosenSong | undefined {
  const { songs, predicted, novelty, random } = inputs;
  const k = emotionIndex(inputs.emotion);
  const predictable = predictableIndex(inputs);
  if (predictable === undefined) return undefined;

  // One draw serves both questions: explore at all (random < novelty), and if so where.
  let index = predictable;
  const total = predicted.reduce((sum, row) => sum + row[k], 0);
  if (random < novelty && total > 0) {
    const target = (random / novelty) * total;
    let reached = 0;
    index = predicted.findIndex((row) => {
      reached += row[k];
      return target < reached;
    });
    if (index === -1) index = predictable;
  }
  const drawn = total > 0 ? (novelty * predicted[index]![k]) / total : 0;
  const propensity = Math.min(1, drawn + (index === predictable ? 1 - (total > 0 ? novelty : 0) : 0));
  const { songId, path, durationMs, gainDb } = songs[index]!;
  return { track: { songId, path, durationMs, gainDb }, predicted: predicted[index]!, propensity };
}

function predictableIndex({ emotion, songs, predicted, timesPlayed }: ChoiceInputs): number | undefined {
  const k = emotionIndex(emotion);
  const best = Math.max(...predicted.map((row) => row[k]));
  let chosen: number | undefined;
  for (let i = 0; i < songs.length; i++) {
    if (predicted[i]![k] < best - AS_GOOD_AS_BEST) continue;
    if (chosen === undefined || comesBefore(i, chosen)) chosen = i;
  }
  return chosen;

  function comesBefore(a: number, b: number): boolean {
    const playedA = timesPlayed.get(songs[a]!.songId) ?? 0;
    const playedB = timesPlayed.get(songs[b]!.songId) ?? 0;
    if (playedA !== playedB) return playedA < playedB;
    if (predicted[a]![k] !== predicted[b]![k]) return predicted[a]![k] > predicted[b]![k];
    return songs[a]!.songId < songs[b]!.songId;
  }
}
