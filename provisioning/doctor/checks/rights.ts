/** May this user touch what the box is made of: the pins, the things on a cable, the sound card. */
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Access, Machine, Visit } from '../machine.ts';
import { listed } from '../words.ts';
import { piModel } from './computer.ts';

interface Need {
  readonly what: string;
  /** The group Debian and Raspberry Pi OS give it to. */
  readonly group: 'gpio' | 'input' | 'audio';
  /** One of these is enough. */
  readonly nodes: readonly string[];
  readonly mode: 'read' | 'write';
}

export async function checkRights({ machine, config }: Visit): Promise<Judgement> {
  const below = async (folder: string, wanted: RegExp): Promise<string[]> =>
    (await machine.list(folder)).filter((name) => wanted.test(name)).map((name) => `${folder}/${name}`);

  const needs: Need[] = [];
  const hasPinLamps = Object.values(config.lampPins ?? {}).some((wire) => typeof wire === 'number');
  if (config.gpioPins !== undefined || hasPinLamps) {
    const nodes = [...(await below('/dev', /^gpiochip\d+$/)), '/sys/class/gpio/export'];
    needs.push({ what: 'the pins', group: 'gpio', nodes, mode: 'write' });
  }
  if ((config.hid?.length ?? 0) > 0) {
    needs.push({
      what: 'buttons on a cable',
      group: 'input',
      nodes: await below('/dev', /^hidraw\d+$/),
      mode: 'write',
    });
  }
  if ((config.keyboards?.length ?? 0) > 0) {
    const nodes = await below('/dev/input', /^event\d+$/);
    needs.push({ what: 'keyboards', group: 'input', nodes, mode: 'read' });
  }
  if (['auto', 'speaker', 'aplay'].includes(config.sound as string)) {
    const nodes = await below('/dev/snd', /^pcm.*p$/);
    needs.push({ what: 'the sound card', group: 'audio', nodes, mode: 'write' });
  }

  const answers = await Promise.all(
    needs.map(async (need) => [need, await bestAccess(machine, need)] as const),
  );
  const here = answers.filter(([, access]) => access !== 'missing');
  if (here.length === 0) return notHere('nothing here that would need any');
  if (machine.isRoot) {
    return {
      ...notHere('root may use everything'),
      hint: 'To see what the box itself may use, run this as the user it runs as.',
      commands: ['sudo -u amecs amecs doctor ...'],
    };
  }
  const denied = here.filter(([, access]) => access === 'denied').map(([need]) => need);
  if (denied.length === 0) return good(`this user may use ${listed(here.map(([{ what }]) => what))}`);
  const groups = [...new Set(denied.map(({ group }) => group))];
  const isOnlySound = denied.every(({ group }) => group === 'audio');
  const into = `Put the user the box runs as into the ${groups.length === 1 ? 'group' : 'groups'} ${listed(groups)}, then log in again`;
  // A laptop still has the browser to listen with.
  const judge = isOnlySound && (await piModel(machine)) === undefined ? look : broken;
  return judge(
    `this user may not use ${listed(denied.map(({ what }) => what))}`,
    isOnlySound ? `${into}.` : `${into}; if that is not enough, the rules for udev are missing.`,
    `sudo usermod -aG ${groups.join(',')} USER`,
    ...(isOnlySound ? [] : ['provisioning/box/60-amecs.rules']),
  );
}

async function bestAccess(machine: Machine, { nodes, mode }: Need): Promise<Access> {
  const answers = await Promise.all(nodes.map((node) => machine.access(node, mode)));
  return answers.includes('allowed') ? 'allowed' : answers.includes('denied') ? 'denied' : 'missing';
}
