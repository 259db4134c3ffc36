/** Which sinks to open, best first: the ranking with what opens each. For the audio process alone: it reaches the native module. */
import type { SinkChoice } from '../audio-messages.ts';
import { openAplaySink } from './aplay.ts';
import { rankSinks, type SinkName } from './choose-sink.ts';
import { openSilentSink } from './silent.ts';
import type { OpenSink } from './sink.ts';
import type { SoundEquipment } from './sound-equipment.ts';
import { openSpeakerSink } from './speaker.ts';
import { openWavSink } from './wav.ts';

export interface SinkCandidate {
  readonly name: string;
  readonly open: OpenSink;
}

export interface SinkPlan {
  /** Best first. Empty when there is nothing but the silent clock. */
  readonly candidates: readonly SinkCandidate[];
  /** One sentence or two for people: what was chosen or is missing, and what to do. */
  readonly why: string;
}

export function planSinks(
  choice: SinkChoice,
  equipment: SoundEquipment,
  avoided: readonly string[],
): SinkPlan {
  const { names, why } = rankSinks(choice, equipment, avoided);
  const openers: Readonly<Record<SinkName, () => OpenSink>> = {
    aplay: () => openAplaySink({ card: equipment.cards[0] }),
    speaker: () => openSpeakerSink,
    silent: () => openSilentSink,
    wav: () => openWavSink((choice as { readonly wav: string }).wav),
  };
  return { candidates: names.map((name) => ({ name, open: openers[name]() })), why };
}
