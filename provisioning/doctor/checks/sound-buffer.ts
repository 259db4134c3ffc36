/** How much sound lies queued in the card: that is how much later than a press it can be heard. */
import { good, type Judgement, look, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { alsaSettings } from './alsa-settings.ts';
import { soundCards } from './sound-card.ts';

/** A press shall be heard within this, and the card's buffer is most of it, ms. */
const LONGEST_MS = 60;

const HINT = 'Put asound.conf in its place, so that a press is heard sooner.';
const COMMAND = 'sudo cp provisioning/box/asound.conf /etc/asound.conf';

export interface OpenStream {
  readonly rateHz: number;
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

export async function checkBuffer({ machine }: Visit): Promise<Judgement> {
  if ((await soundCards(machine)).length === 0) return notHere('no sound card');
  const streams = await openStreams(machine);
  // What other programs play elsewhere does not matter; the deepest is the one a child would wait for.
  const [deepest] = streams.toSorted((a, b) => lengthMs(b) - lengthMs(a));
  if (deepest !== undefined) {
    const found = `playing now, ${deepest.bufferFrames} frames queued at most (${Math.round(lengthMs(deepest))} ms)`;
    return lengthMs(deepest) <= LONGEST_MS ? good(found) : look(found, HINT, COMMAND);
  }
  const { bufferFrames, rateHz = 44_100 } = await alsaSettings(machine);
  if (bufferFrames === undefined)
    return look('nothing plays now, and asound.conf is not in its place', HINT, COMMAND);
  const set = { bufferFrames, rateHz, periodFrames: 0 };
  const found = `nothing plays now; asound.conf allows ${bufferFrames} frames (${Math.round(lengthMs(set))} ms)`;
  return lengthMs(set) <= LONGEST_MS ? good(found) : look(found, HINT, COMMAND);
}

function lengthMs({ bufferFrames, rateHz }: OpenStream): number {
  return (bufferFrames / rateHz) * 1000;
}

/** What every card plays at this moment. */
async function openStreams(machine: Machine): Promise<readonly OpenStream[]> {
  const root = '/proc/asound';
  const found: OpenStream[] = [];
  for (const card of (await machine.list(root)).filter((name) => /^card\d+$/.test(name))) {
    for (const pcm of (await machine.list(`${root}/${card}`)).filter((name) => /^pcm\d+p$/.test(name))) {
      for (const sub of await machine.list(`${root}/${card}/${pcm}`)) {
        const stream = parseHwParams((await machine.read(`${root}/${card}/${pcm}/${sub}/hw_params`)) ?? '');
        if (stream !== undefined) found.push(stream);
      }
    }
  }
  return found;
}

/** `closed`, or lines such as `period_size: 512` and `rate: 44100 (44100/1)` (sound/core/pcm.c). */
export function parseHwParams(text: string): OpenStream | undefined {
  const value = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1]);
  const stream = {
    rateHz: value('rate'),
    periodFrames: value('period_size'),
    bufferFrames: value('buffer_size'),
  };
  return Object.values(stream).every((number) => number > 0) ? stream : undefined;
}
