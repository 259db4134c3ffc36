/** Is there a sound card, which output would the box choose, and does its volume let anything through. */
import { rankSinks } from '../../../device/audio/sinks/choose-sink.ts';
import { parseCards } from '../../../device/audio/sinks/sound-equipment.ts';
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { outputOf } from '../run-tool.ts';
import { listed } from '../words.ts';
import { alsaSettings } from './alsa-settings.ts';
import { piModel } from './computer.ts';

const MAINS = ['Master', 'PCM', 'Digital'];

const CARDS = '/proc/asound/cards';

const EARS = 'docs/box.md, “Sound”';

export async function checkCards({ machine, config }: Visit): Promise<Judgement> {
  const cards = await soundCards(machine);
  const has = cards.length === 0 ? 'no sound card' : `${listed(cards)} found`;
  if (config.sound === 'silent' || typeof config.sound === 'object') {
    return notHere(`${has}; the device file asks for no sound`);
  }
  if (cards.length === 0) {
    const found = 'no sound card: the box plays on the silent clock';
    if ((await piModel(machine)) === undefined) return notHere(found);
    return broken(found, 'Plug in a speaker with a USB plug, or switch the Pi’s own sound on.', EARS);
  }
  const equipment = {
    cards,
    hasSpeakerModule: await machine.hasPackage('speaker'),
    hasAplay: await machine.hasProgram('aplay'),
  };
  const [chosen] = rankSinks(config.sound, equipment, []).names;
  if (chosen === undefined) {
    // A laptop still has the browser to listen with; a box has nothing else.
    const judge = (await piModel(machine)) === undefined ? look : broken;
    return judge(
      `${has}, but nothing to play with (the device file says ${config.sound})`,
      'Install aplay, which is part of ALSA’s tools.',
      'sudo apt install alsa-utils',
    );
  }
  const { card = '0' } = await alsaSettings(machine);
  const used = cards.includes(card) ? card : cards[(await cardNumbers(machine)).indexOf(card)];
  if (used === undefined) {
    return broken(
      `${has}, but programs play to card ${card}`,
      'Plug that one in, or name one of the cards that are there in asound.conf.',
      '/etc/asound.conf, the two lines with “card”',
    );
  }
  const found = `${used}, played by ${chosen}${cards.length > 1 ? ` (of ${listed(cards)})` : ''}`;
  if (!/hdmi/i.test(used) || cards.every((name) => /hdmi/i.test(name))) return good(found);
  return look(
    `${found}: that is the screen’s plug`,
    'If no screen with speakers is plugged in, name the other card in asound.conf.',
    'provisioning/box/asound.conf',
  );
}

export async function checkVolume({ machine }: Visit): Promise<Judgement> {
  const cards = await soundCards(machine);
  if (cards.length === 0) return notHere('no sound card');
  const { card = '0' } = await alsaSettings(machine);
  const answer = await machine.run('amixer', ['-c', card, 'scontents']);
  if (answer.kind === 'missing') return notHere('amixer, which would tell, is not installed');
  const controls = parseVolumes(outputOf(answer) ?? '');
  if (controls.length === 0) return notHere('this card has no volume of its own');
  const isSilent = ({ isOn, percent }: Volume): boolean => !isOn || percent === 0;
  // All sound goes through these; of other outputs one is enough.
  const mains = controls.filter(({ name }) => MAINS.includes(name));
  const fault = mains.find(isSilent) ?? (controls.every(isSilent) ? controls[0] : undefined);
  const command = `alsamixer -c ${card}`;
  if (fault === undefined) {
    const heard = controls.filter((control) => !isSilent(control));
    return good(heard.map(({ name, percent }) => `“${name}” at ${percent} %`).join(', '));
  }
  return fault.isOn
    ? look(`“${fault.name}” is at 0 %`, 'Turn it up a little.', command)
    : look(`“${fault.name}” is switched off`, 'Switch it on: the key M in alsamixer.', command);
}

/** Their names, in the kernel's order. */
export async function soundCards(machine: Machine): Promise<readonly string[]> {
  return parseCards((await machine.read(CARDS)) ?? '');
}

/** In the same order. A number is missing where a card was pulled. */
async function cardNumbers(machine: Machine): Promise<readonly string[]> {
  const text = (await machine.read(CARDS)) ?? '';
  return [...text.matchAll(/^\s*(\d+) \[/gm)].map(([, number]) => number!);
}

interface Volume {
  readonly name: string;
  readonly percent: number;
  readonly isOn: boolean;
}

/** The outputs that `amixer scontents` lists, without inputs and what is let through from them; of each the first channel. */
export function parseVolumes(text: string): readonly Volume[] {
  return text.split(/^(?=Simple mixer control )/m).flatMap((block) => {
    const name = /^Simple mixer control '([^']*)'/.exec(block)?.[1];
    const channel = /^ {2}[^:\n]+: (?:Playback )?-?\d+ \[(\d+)%\].*$/m.exec(block);
    if (name === undefined || channel === null || !/\bp?volume\b/.test(block)) return [];
    if (/\bc(volume|switch)\b/.test(block)) return [];
    return [{ name, percent: Number(channel[1]), isOn: !channel[0].includes('[off]') }];
  });
}
