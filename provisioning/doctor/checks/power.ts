/**
 * Does a Raspberry Pi get enough power, and is it cool enough: the firmware's flags, and the temperature. Flags:
 * https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
 */
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { outputOf } from '../run-tool.ts';
import { piModel } from './computer.ts';

/** The lower half says what is now; the same bits 16 higher, what has been since the start. */
const UNDER_VOLTAGE = 1 << 0;
const SLOWED = (1 << 1) | (1 << 2) | (1 << 3);
const SINCE_START = 16;

/** From 80 degrees on a Pi slows down, degrees Celsius (the same page). */
const HOT_C = 80;

export async function checkPower({ machine }: Visit): Promise<Judgement> {
  const [flags, celsius] = [await throttledFlags(machine), await temperature(machine)];
  if (flags === undefined && (await piModel(machine)) === undefined) {
    return notHere(warm('only a Raspberry Pi tells of its power', celsius));
  }
  return judgePower(flags, celsius);
}

/** `flags` undefined: the firmware does not tell. */
export function judgePower(flags: number | undefined, celsius: number | undefined): Judgement {
  const hint = 'Use the power supply made for this Raspberry Pi, and a short, thick cable.';
  if (flags !== undefined && (flags & UNDER_VOLTAGE) !== 0) {
    return broken(warm('too little power at this moment', celsius), `${hint} Cards are damaged by this.`);
  }
  if (flags !== undefined && ((flags >> SINCE_START) & UNDER_VOLTAGE) !== 0) {
    return look(warm('too little power at some time since the start', celsius), hint);
  }
  const isSlowed = flags !== undefined && (flags & SLOWED) !== 0;
  const wasSlowed = flags !== undefined && ((flags >> SINCE_START) & SLOWED) !== 0;
  if (isSlowed || wasSlowed || (celsius ?? 0) >= HOT_C) {
    const found = isSlowed
      ? 'slowed down by heat'
      : wasSlowed
        ? 'slowed down by heat since the start'
        : 'hot';
    return look(warm(found, celsius), 'Give the box air, or a heat sink; keep it out of the sun.');
  }
  if (flags === undefined) return notHere(warm('the firmware does not say whether there is enough', celsius));
  return good(warm('enough since the start', celsius));
}

function warm(found: string, celsius: number | undefined): string {
  return celsius === undefined ? found : `${found}, ${Math.round(celsius)} °C`;
}

/** By the firmware's tool (the user needs the group video), else by the kernel, else the alarm of its voltage sensor. */
async function throttledFlags(machine: Machine): Promise<number | undefined> {
  const told = outputOf(await machine.run('vcgencmd', ['get_throttled']));
  const byTool = /^throttled=(0x[0-9a-f]+)/i.exec(told ?? '')?.[1];
  if (byTool !== undefined) return Number(byTool);

  const platform = '/sys/devices/platform';
  for (const soc of (await machine.list(platform)).filter((name) => name.startsWith('soc'))) {
    for (const part of (await machine.list(`${platform}/${soc}`)).filter((name) => /firmware$/.test(name))) {
      const flags = await machine.read(`${platform}/${soc}/${part}/get_throttled`);
      if (flags !== undefined && /^[0-9a-f]+$/i.test(flags)) return Number.parseInt(flags, 16);
    }
  }
  for (const sensor of await machine.list('/sys/class/hwmon')) {
    if ((await machine.read(`/sys/class/hwmon/${sensor}/name`)) !== 'rpi_volt') continue;
    const alarm = await machine.read(`/sys/class/hwmon/${sensor}/in0_lcrit_alarm`);
    if (alarm !== undefined) return alarm === '1' ? UNDER_VOLTAGE << SINCE_START : 0;
  }
  return undefined;
}

async function temperature(machine: Machine): Promise<number | undefined> {
  const text = await machine.read('/sys/class/thermal/thermal_zone0/temp');
  const thousandths = Number(text);
  return text === undefined || !Number.isFinite(thousandths) ? undefined : thousandths / 1000;
}
