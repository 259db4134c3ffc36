/**
 * An explanation in plain words for caregivers: what the box expects of a song, and why. Says what was pressed and
 * what it will expect, never what a child feels.
 */
import { EMOTIONS, type Emotion, type PerEmotion, perEmotion } from '../emotions.ts';
import type { Explanation } from './explanation.ts';

/** A song's title, or undefined where it is not known any more. */
export type TitleOf = (songId: string) => string | undefined;

/** Such as `The box expects calm (72 %); most people would call it sad (51 %).` */
export function expectationSentence({ predicted, population }: Explanation): string {
  const [own, others] = [likeliest(predicted), likeliest(population)];
  const ofMost = own === others ? 'so would most people' : `most people would call it ${others}`;
  return `The box expects ${own} (${percent(predicted, own)}); ${ofMost} (${percent(population, others)}).`;
}

/** Such as `Called calm 5 of 6 times; sounds like songs called calm: “Rain” and “Lullaby”.` */
export function reasonSentence({ timesCalled, similarSongs }: Explanation, titleOf: TitleOf): string {
  const pressed = timesCalled.some((times) => times > 0);
  const together = perEmotion((k) => similarSongs.reduce((sum, song) => sum + song.timesCalled[k]!, 0));
  const titles = similarSongs.flatMap(({ songId }) => titleOf(songId) ?? []).map((title) => `“${title}”`);
  const parts = [pressed ? `called ${calledWords(timesCalled)}` : 'not pressed for yet'];
  if (titles.length === 1) parts.push(`sounds like ${titles[0]}, called ${calledMost(together)}`);
  if (titles.length > 1) parts.push(`sounds like songs called ${calledMost(together)}: ${listed(titles)}`);
  return sentence(parts.join('; '));
}

/** Such as `calm 5 of 6 times`, `calm both times`, `calm once`. */
function calledWords(timesCalled: PerEmotion): string {
  const presses = timesCalled.reduce((sum, times) => sum + times, 0);
  const most = Math.max(...timesCalled);
  const emotions = calledMost(timesCalled);
  if (most < presses) {
    const each = timesCalled.filter((times) => times === most).length > 1 ? 'each ' : '';
    return `${emotions} ${each}${most} of ${presses} times`;
  }
  if (presses === 1) return `${emotions} once`;
  return presses === 2 ? `${emotions} both times` : `${emotions} all ${presses} times`;
}

/** The emotions called most often. */
function calledMost(timesCalled: PerEmotion): string {
  const most = Math.max(...timesCalled);
  return listed(EMOTIONS.filter((_, k) => timesCalled[k] === most));
}

function likeliest(probabilities: PerEmotion): Emotion {
  return EMOTIONS[probabilities.indexOf(Math.max(...probabilities))]!;
}

function percent(probabilities: PerEmotion, emotion: Emotion): string {
  return `${Math.round(100 * probabilities[EMOTIONS.indexOf(emotion)]!)} %`;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function sentence(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}
