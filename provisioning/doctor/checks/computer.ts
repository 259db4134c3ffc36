/** Is this a computer AMECS runs on: 64-bit programs, a Node that is new enough. */
import { broken, good, type Judgement } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';

/** `engines` of package.json. */
const OLDEST_NODE = [20, 19] as const;

const WIDE = ['arm64', 'x64'];

export async function checkComputer({ machine }: Visit): Promise<Judgement> {
  const model = await piModel(machine);
  const { architecture, kernelMachine, kernelRelease, nodeVersion } = machine;
  const name = model ?? 'not a Raspberry Pi';
  if (!WIDE.includes(architecture)) {
    const kernel = /^(aarch64|x86_64)$/.test(kernelMachine) ? ' on a 64-bit kernel' : '';
    return broken(
      `${name}, with 32-bit programs${kernel} (${architecture}, ${kernelMachine})`,
      'AMECS needs a 64-bit system: write the 64-bit Raspberry Pi OS to the card.',
      'docs/box.md',
    );
  }
  const found = `${name}, 64-bit (${architecture}), Linux ${kernelRelease}, Node ${nodeVersion}`;
  if (isOlder(nodeVersion)) {
    return broken(
      found,
      `This Node is too old: install Node ${OLDEST_NODE.join('.')} or later.`,
      'docs/box.md',
    );
  }
  return good(found);
}

/** Such as `Raspberry Pi 3 Model B Plus Rev 1.3`; undefined on any other machine. */
export async function piModel(machine: Machine): Promise<string | undefined> {
  const model = await machine.read('/proc/device-tree/model');
  return model?.startsWith('Raspberry Pi') ? model : undefined;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
