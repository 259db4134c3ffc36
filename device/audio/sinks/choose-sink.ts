/** Decides which outputs are worth trying, best first, and says why in one line. Pure. */
import type { SinkChoice } from '../audio-messages.ts';
import type { SoundEquipment } from './sound-equipment.ts';

export type SinkName = 'aplay' | 'speaker' | 'silent' | 'wav';

export interface SinkRanking {
  /** Best first. Empty when there is nothing but the silent clock. */
  readonly names: readonly SinkName[];
  /** One sentence or two for people: what was chosen or is missing, and what to do. */
  readonly why: string;
}

const LOOKS_AGAIN = 'the box looks again by itself';

/**
 * The outputs to try for `choice`; `avoided` names those that ended an earlier audio process. `aplay` comes first: it tells
 * underruns and a wrong rate, which the speaker module hides (its alsa.c prepares the card again and plays on), its
 * death is not ours, and it neither leaks nor blocks when it is closed.
 */
export function rankSinks(
  choice: SinkChoice,
  equipment: SoundEquipment,
  avoided: readonly string[],
): SinkRanking {
  if (typeof choice === 'object') {
    return { names: ['wav'], why: `Capturing what is played in ${choice.wav}.` };
  }
  if (choice === 'silent') return { names: ['silent'], why: 'Playing on the silent clock, as set.' };
  const { cards, hasSpeakerModule, hasAplay } = equipment;
  // Chosen by name, aplay may lead where there is no card of our own: a Bluetooth speaker, a sound server.
  if (cards.length === 0 && !(choice === 'aplay' && hasAplay)) {
    return {
      names: [],
      why: `No sound card found: playing on the silent clock. Plug in a speaker; ${LOOKS_AGAIN}.`,
    };
  }
  const isUsable = { aplay: hasAplay, speaker: hasSpeakerModule };
  const names = (['aplay', 'speaker'] as const).filter(
    (name) => (choice === 'auto' || choice === name) && isUsable[name] && !avoided.includes(name),
  );
  const card = cards.length === 0 ? 'No sound card found' : `Sound card found (${cards[0]})`;
  const [first] = names;
  if (first !== undefined) return { names, why: `${card}: playing through ${first}.` };
  const missing =
    choice === 'auto' ? 'neither the speaker module nor aplay can be used' : `${choice} cannot be used`;
  return {
    names,
    why: `${card}, but ${missing}: playing on the silent clock. Install alsa-utils; ${LOOKS_AGAIN}.`,
  };
}
