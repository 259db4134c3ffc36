/**
 * A song may say itself how it is meant: by its MOOD tag (ID3 `TMOO`), which whoever tagged it chose with ears better
 * than twenty numbers. Until the child says otherwise, that word counts for more than the population model's.
 */
import { EMOTIONS, type Emotion, type PerEmotion } from '../emotions.ts';

/** How much the word counts: far more than one opinion, far from certain. Set by hand; no study has measured it. */
const SHARE_OF_WORD = 0.7;

/** Its own uncertainty: two listeners agree on a song's quadrant about half to two thirds of the time. */
const WORD_IS_RIGHT = 0.85;

/** What the box holds of a song before its child said anything: the population's opinion, and the tag's word. */
export function opinionBeforePresses(opinion: PerEmotion, mood: Emotion | undefined): PerEmotion {
  return mood === undefined ? opinion : withWord(opinion, mood);
}

/** Sums to 1 as the opinion does. */
function withWord(opinion: PerEmotion, mood: Emotion): PerEmotion {
  const [happy, angry, sad, calm] = EMOTIONS.map((emotion, i) => {
    const word = emotion === mood ? WORD_IS_RIGHT : (1 - WORD_IS_RIGHT) / (EMOTIONS.length - 1);
    return SHARE_OF_WORD * word + (1 - SHARE_OF_WORD) * opinion[i]!;
  }) as [number, number, number, number];
  return [happy, angry, sad, calm];
}

/** The emotion a MOOD tag names, in any case and alone; undefined for any other word. */
export function moodFromTag(text: string | undefined): Emotion | undefined {
  const word = text?.trim().toLowerCase();
  return EMOTIONS.find((emotion) => emotion === word);
}
