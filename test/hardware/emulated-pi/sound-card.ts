/**
 * A sound card for the emulated Pi: the kernel's snd-aloop, whose other end gives back what a loudspeaker would get,
 * behind a shallow mixer as a box has it; and the kernel's tracer, which tells when a button's interrupt came.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import { interruptTimes, parseRecording, type Recording } from './recording.ts';

/** Frames of the mixer's period and buffer in provisioning/box/asound.conf: 11.6 and 46 ms. */
const PERIOD_FRAMES = 512;
const BUFFER_FRAMES = 2048;

/** Shell commands that put the card in, set up as a box's, before the box starts; only one may have it at a time. */
export const PLUG_IN_CARD =
  'modprobe snd-aloop pcm_substreams=1 && cp /root/app/provisioning/box/asound.conf /etc/asound.conf';

/**
 * Shell commands that pull the card out under whoever has it open, as if it were a USB one, and put it in again. The
 * first ends once everybody has let go.
 */
export const PULL_CARD = 'echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind';
export const PUT_CARD_BACK = 'echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/bind';

/** Shell commands with which somebody else has the card, and lets it go. */
export const TAKE_CARD =
  '{ aplay -q -D hw:0,0 -f S16_LE -r 44100 -c 2 /dev/zero & } && echo $! >/run/taker.pid && sleep 1';
export const LEAVE_CARD = 'kill $(cat /run/taker.pid)';

const TRACER = '/sys/kernel/tracing';

/** Copying a few minutes of sound out of the machine. */
const COPY_MS = 120_000;

export interface Ear {
  /** Ends the recording and fetches it. */
  stop(): Promise<Recording>;
}

/** Records from now on what the loudspeaker gets; `folder` is the machine's `/box`. */
export async function listen({ console }: Machine, folder: string): Promise<Ear> {
  await console.run('ear hw:Loopback,1,0 /tmp/ear.raw /tmp/ear.marks >/run/ear & echo $! >/run/ear.pid');
  await console.run('until grep -q listening /run/ear; do sleep 0.1; done');
  return {
    async stop() {
      await console.run(
        'kill $(cat /run/ear.pid) 2>/dev/null; wait $(cat /run/ear.pid); mv /tmp/ear.* /box/',
        COPY_MS,
      );
      return parseRecording(
        readFileSync(join(folder, 'ear.raw')),
        readFileSync(join(folder, 'ear.marks'), 'utf8'),
      );
    },
  };
}

export interface Edges {
  /**
   * When changes of each GPIO line interrupted the processor, by line: ms on the machine's monotonic clock, oldest
   * first. Of lines that some program still watches.
   */
  stop(): Promise<ReadonlyMap<number, readonly number[]>>;
}

/** Notes from now on when the kernel sees the header's lines change. */
export async function watchEdges({ console }: Machine, folder: string): Promise<Edges> {
  const event = `${TRACER}/events/irq/irq_handler_entry`;
  await console.run(
    `mountpoint -q ${TRACER} || mount -t tracefs none ${TRACER}; echo mono >${TRACER}/trace_clock && ` +
      `echo 'name == "gpiolib"' >${event}/filter && echo >${TRACER}/trace && echo 1 >${event}/enable`,
  );
  return {
    async stop() {
      await console.run(`echo 0 >${event}/enable; cat ${TRACER}/trace >/box/trace`);
      const numbers = await console.run('grep pl061 /proc/interrupts');
      const trace = readFileSync(join(folder, 'trace'), 'utf8');
      const lines = [...numbers.matchAll(/(\d+):.*pl061 +(\d+) /g)];
      return new Map(lines.map(([, irq, line]) => [Number(line), interruptTimes(trace, Number(irq))]));
    },
  };
}

/** Starts the bare program on this line: a tone as soon as it falls. Nobody else may watch the line. */
export async function startBareTone({ console }: Machine, line: number): Promise<void> {
  const gpio = await console.run(`echo $(($(cat /sys/class/gpio/gpiochip*/base) + ${line}))`);
  const folder = `/sys/class/gpio/gpio${gpio}`;
  await console.run(
    `echo ${gpio} >/sys/class/gpio/export && echo both >${folder}/edge && ` +
      `{ edge-to-tone ${gpio} default ${BUFFER_FRAMES} ${PERIOD_FRAMES} >/run/bare & }`,
  );
  await console.run('until grep -q listening /run/bare; do sleep 0.1; done');
}
