/**
 * Decides which outputs are worth trying, best first, and says why in one line. Looking for a card never loads the
 * native module, which would abort the process where there is none.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { SinkChoice } from '../audio-messages.ts';
import { openAplaySink } from './aplay.ts';
import { openSilentSink } from './silent.ts';
import type { OpenSink } from './sink.ts';
import { openSpeakerSink } from './speaker.ts';
import { openWavSink } from './wav.ts';

/** What this machine has. */
export interface SoundEquipment {
  readonly cards: readonly string[];
  readonly hasSpeakerModule: boolean;
  readonly hasAplay: boolean;
}

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

const LOOKS_AGAIN = 'the box looks again by itself';

/**
 * The outputs to try for `choice`; `avoided` names those that ended an earlier audio process. `aplay` comes first: it tells
 * underruns and a wrong rate, which the speaker module hides (its alsa.c prepares the card again and plays on), its
 * death is not ours, and it neither leaks nor blocks when it is closed.
 */
export function planSinks(
  choice: SinkChoice,
  equipment: SoundEquipment,
  avoided: readonly string[],
): SinkPlan {
  if (typeof choice === 'object') {
    const why = `Capturing what is played in ${choice.wav}.`;
    return { candidates: [{ name: 'wav', open: openWavSink(choice.wav) }], why };
  }
  if (choice === 'silent') {
    return {
      candidates: [{ name: 'silent', open: openSilentSink }],
      why: 'Playing on the silent clock, as set.',
    };
  }
  const { cards, hasSpeakerModule, hasAplay } = equipment;
  // Chosen by name, aplay may lead where there is no card of our own: a Bluetooth speaker, a sound server.
  if (cards.length === 0 && !(choice === 'aplay' && hasAplay)) {
    return {
      candidates: [],
      why: `No sound card found: playing on the silent clock. Plug in a speaker; ${LOOKS_AGAIN}.`,
    };
  }
  const speaker: SinkCandidate[] =
    choice !== 'aplay' && hasSpeakerModule && !avoided.includes('speaker')
      ? [{ name: 'speaker', open: openSpeakerSink }]
      : [];
  const aplay: SinkCandidate[] =
    choice !== 'speaker' && hasAplay && !avoided.includes('aplay')
      ? [{ name: 'aplay', open: openAplaySink({ card: cards[0] }) }]
      : [];
  const candidates = [...aplay, ...speaker];
  const card = cards.length === 0 ? 'No sound card found' : `Sound card found (${cards[0]})`;
  const [first] = candidates;
  if (first !== undefined) return { candidates, why: `${card}: playing through ${first.name}.` };
  const missing =
    choice === 'auto' ? 'neither the speaker module nor aplay can be used' : `${choice} cannot be used`;
  return {
    candidates,
    why: `${card}, but ${missing}: playing on the silent clock. Install alsa-utils; ${LOOKS_AGAIN}.`,
  };
}

/** Looks at this machine. Reads a few small files; never throws. */
export function findSoundEquipment(): SoundEquipment {
  return {
    cards: readCards(),
    hasSpeakerModule: canResolveSpeaker(),
    hasAplay: (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, 'aplay'))),
  };
}

/** Names in `/proc/asound/cards`: each card begins a line " 0 [Headphones     ]: bcm2835_headpho - ...". */
export function parseCards(text: string): readonly string[] {
  return [...text.matchAll(/^\s*\d+ \[([^\]]*)\]/gm)].map(([, name]) => name!.trim());
}

function readCards(): readonly string[] {
  try {
    return parseCards(readFileSync('/proc/asound/cards', 'utf8'));
  } catch {
    return [];
  }
}

/** Installed and built: the package without its binding is no use. */
function canResolveSpeaker(): boolean {
  try {
    const require = createRequire(import.meta.url);
    const folder = join(require.resolve('speaker/package.json'), '..');
    accessSync(join(folder, 'build/Release/binding.node'), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
