/** What /etc/asound.conf says, as far as provisioning/box/asound.conf sets it: the card, and how much dmix queues. */
import type { Machine } from '../machine.ts';

export interface AlsaSettings {
  /** Name or number; undefined where the file names none. */
  readonly card: string | undefined;
  /** Frames; undefined where no dmix with sizes of its own is set. */
  readonly bufferFrames: number | undefined;
  readonly rateHz: number | undefined;
}

export async function alsaSettings(machine: Machine): Promise<AlsaSettings> {
  return parseAlsaSettings((await machine.read('/etc/asound.conf')) ?? '');
}

export function parseAlsaSettings(text: string): AlsaSettings {
  const plain = text.replace(/#.*$/gm, '');
  const value = (name: string): string | undefined =>
    new RegExp(`(?:^|[\\s{;.!])${name}[\\s=]+"?([^\\s";]+)"?`, 'm').exec(plain)?.[1];
  const dmix = /\btype[\s=]+"?dmix\b/.test(plain);
  const whole = (text: string | undefined): number | undefined =>
    dmix && text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  const card = /\bdefaults\.pcm\.!?card[\s=]+"?([^\s";]+)"?/.exec(plain)?.[1];
  return { card, bufferFrames: whole(value('buffer_size')), rateHz: whole(value('rate')) };
}
