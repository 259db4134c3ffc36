/**
 * The audio process: wires mixer, pump, sinks and decoding thread, obeys the box over IPC, and ends when the box does.
 * It holds nothing that is not told again by the box, so it may die at any moment. Started by `audio-supervisor.ts`
 * with its options as the one argument.
 */
import { systemClock } from '../hardware/system-clock.ts';
import {
  type AudioCommand,
  type AudioProcessOptions,
  type AudioReport,
  HEARTBEAT_MS,
} from './audio-messages.ts';
import { createDecodeThread, startDecodingThread } from './decode-thread.ts';
import { createMixer } from './mixer.ts';
import { createOutputPump, WAKE_EVERY_MS } from './output-pump.ts';
import { planSinks } from './sinks/plan-sinks.ts';
import { SINK_CLOSE_MS } from './sinks/sink.ts';
import { createSinkKeeper } from './sinks/sink-keeper.ts';
import { findSoundEquipment } from './sinks/sound-equipment.ts';
import { createSongDeck } from './song-deck.ts';

/** What `speaker` leaks at every write adds up to this within hours; a process without it stays far below. */
const RETIRES_AT_BYTES = 200 * 2 ** 20;

/** Housekeeping that interrupts the stream waits for this much silence, so as not to fall between two presses. */
const UNDISTURBED_AFTER_MS = 5000;

/** A song still playing when the box shuts down is faded out in this. */
const LAST_FADE_MS = 80;

const { sink: choice, avoided } = JSON.parse(process.argv[2]!) as AudioProcessOptions;
const { monotonicMs } = systemClock;

function report(message: AudioReport): void {
  // The answer may fail only because the box is gone, and then `disconnect` ends this process.
  if (process.connected) process.send!(message, undefined, {}, () => {});
}

function log(level: 'info' | 'warn', event: string, message: string): void {
  report({ kind: 'log', level, event, message });
}

// The box decides when sound ends; Ctrl-C reaches the whole process group.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
process.on('disconnect', () => void close());

let underruns = 0;
const mixer = createMixer();
const keeper = createSinkKeeper({
  monotonicMs,
  plan: () => planSinks(choice, findSoundEquipment(), avoided),
  emit: (event) => report({ kind: 'event', event }),
  onOpening: (sink) => report({ kind: 'opening', sink }),
  onUnderrun: () => {
    // In silence nobody hears it.
    if (!mixer.isSilent) underruns += 1;
  },
  onSwitch: () => pump.restartClock(),
  log: (level, message) => log(level, 'sink', message),
  later(afterMs, then) {
    const timer = setTimeout(then, afterMs);
    return { cancel: () => clearTimeout(timer) };
  },
});
const pump = createOutputPump({
  monotonicMs,
  mixer,
  target: {
    write: (block) => keeper.sink.write(block),
    get slackMs() {
      return keeper.sink.slackMs;
    },
    get backlogMs() {
      return keeper.sink.backlogMs;
    },
  },
  onNews: (news, atMs) => deck.hear(news, atMs),
});
const decoder = createDecodeThread({
  monotonicMs,
  onFault: (message) => log('warn', 'decoder', message),
  startThread: startDecodingThread,
});
const deck = createSongDeck({
  monotonicMs,
  mixer,
  pump,
  decoder,
  emit: (event) => report({ kind: 'event', event }),
});

function obey(command: AudioCommand): void {
  switch (command.kind) {
    case 'prepare':
      deck.prepare(command.tracks);
      break;
    case 'play':
      deck.play(command);
      break;
    case 'stop':
      deck.stop(command.fadeOutMs);
      break;
    case 'close':
      void fadeAndClose();
  }
}

let silentSinceMs = monotonicMs();

function beat(): void {
  const now = monotonicMs();
  if (!mixer.isSilent) silentSinceMs = now;
  decoder.check();
  pump.waitForBacklog();
  const residentBytes = process.memoryUsage.rss();
  const figures = { ...deck.figures(), ...pump.figures(), underruns, residentBytes };
  report({ kind: 'alive', figures });
  if (now - silentSinceMs < UNDISTURBED_AFTER_MS) return;
  void keeper.renewIfDrifted();
  if (residentBytes < RETIRES_AT_BYTES) return;
  report({ kind: 'retiring', reason: `memory grew to ${Math.round(residentBytes / 2 ** 20)} MB` });
  void close();
}

const pumping = setInterval(() => pump.wake(), WAKE_EVERY_MS);
const beating = setInterval(beat, HEARTBEAT_MS);

async function fadeAndClose(): Promise<void> {
  deck.stop(LAST_FADE_MS);
  if (!mixer.isSilent) await new Promise((resolve) => setTimeout(resolve, LAST_FADE_MS + WAKE_EVERY_MS));
  await close();
}

let isClosing = false;

async function close(): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  clearInterval(pumping);
  clearInterval(beating);
  setTimeout(() => process.exit(0), SINK_CLOSE_MS);
  await keeper.close();
  process.exit(0);
}

// Commands wait for the first sink; sooner they would play into nothing.
const early: AudioCommand[] = [];
let take = (command: AudioCommand): void => void early.push(command);
process.on('message', (command) => take(command as AudioCommand));
await keeper.start();
take = obey;
early.forEach(obey);
// The box may have gone while this process was still loading: then nobody tells it again.
if (!process.connected) void close();
