/** What this machine has to make sound with. Looking never loads the native module, which would abort the process where there is no card. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

export interface SoundEquipment {
  readonly cards: readonly string[];
  readonly hasSpeakerModule: boolean;
  readonly hasAplay: boolean;
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
