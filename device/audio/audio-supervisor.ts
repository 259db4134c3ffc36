/**
 * The box's side of the audio process: a `Player` that never throws and never blocks. It starts the process, replaces
 * it when it dies or hangs, and tells the new one what should be heard; what was asked in between is not queued but
 * replaced by what was asked last.
 */
import type { Clock, Player, PlayerEvent } from '../core/ports.ts';
import { type AudioChild, type AudioChildEnd, startAudioChild } from './audio-child.ts';
import type { AudioFigures, SinkChoice } from './audio-messages.ts';
import { createRestartDelay } from './restart-delay.ts';
import { createUnderrunReport } from './underrun-report.ts';
import { createWantedSound } from './wanted-sound.ts';

/** How often it looks whether a song's time is up while there is no sound. */
const EXPIRES_EVERY_MS = 1000;

/** Reasons go into the journal, which takes this many characters. */
const LONGEST_REASON = 200;

/** What the supervisor needs of a pino logger. */
export interface AudioLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SupervisedPlayer extends Player {
  /** Of the audio process there is now, if there is one. */
  pid(): number | undefined;
  /** As of its last heartbeat; undefined before the first. */
  figures(): AudioFigures | undefined;
}

/** Starts the audio process. Listeners miss nothing if they are added in the same turn. */
export function createSupervisedPlayer(options: {
  readonly sink: SinkChoice;
  readonly log: AudioLog;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): SupervisedPlayer {
  const { sink, log } = options;
  const { monotonicMs } = options.clock;
  const wanted = createWantedSound();
  const restartDelay = createRestartDelay();
  const underrunReport = createUnderrunReport();
  const listeners: ((event: PlayerEvent) => void)[] = [];
  const avoided = new Set<string>();
  let child: AudioChild | undefined;
  let figures: AudioFigures | undefined;
  let isSoundLost = false;
  let restarting: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;

  function emit(event: PlayerEvent): void {
    if (event.kind === 'soundLost' && isSoundLost) return;
    if (event.kind === 'soundLost' || event.kind === 'soundReady') isSoundLost = event.kind === 'soundLost';
    const fit = 'reason' in event ? { ...event, reason: event.reason.slice(0, LONGEST_REASON) } : event;
    for (const listener of listeners) listener(fit);
  }

  function start(): void {
    const startedAtMs = monotonicMs();
    child = startAudioChild({
      processOptions: { sink, avoided: [...avoided] },
      onEvent(event) {
        const still = wanted.hear(event);
        if (still !== undefined) emit(still);
      },
      onFigures: hearFigures,
      onLog: ({ level, event, message }) => log[level]({ event: `audio.${event}` }, message),
      onEnd: (end) => replace(end, monotonicMs() - startedAtMs),
    });
    for (const command of wanted.commands()) child.send(command);
  }

  function replace({ how, retiring, diedOpening, lastWords }: AudioChildEnd, livedMs: number): void {
    child = undefined;
    figures = undefined;
    underrunReport.restart();
    if (closing !== undefined) return;
    const restartInMs = restartDelay.next(livedMs);
    restarting = setTimeout(start, restartInMs);
    if (retiring !== undefined) {
      log.info({ event: 'audio.retired' }, `The audio process makes room for a new one: ${retiring}.`);
      return;
    }
    // The native binding aborts its process where a card cannot be opened, and would do so again.
    if (diedOpening === 'speaker') avoided.add(diedOpening);
    log.warn(
      { event: 'audio.died', how, diedOpening, lastWords, restartInMs },
      `The audio process ${how}; another is started ${restartInMs === 0 ? 'now' : `in ${restartInMs} ms`}.`,
    );
    emit({ kind: 'soundLost', reason: `the audio process ${how}` });
    expire();
  }

  function hearFigures(next: AudioFigures): void {
    figures = next;
    const line = underrunReport.hear(next, monotonicMs());
    if (line !== undefined) log.warn({ event: 'audio.underrun', ...line.counts }, line.message);
  }

  function expire(): void {
    const event = wanted.expire(monotonicMs());
    if (event !== undefined) emit(event);
  }

  const expiring = setInterval(() => {
    if (child === undefined || isSoundLost) expire();
  }, EXPIRES_EVERY_MS);
  start();

  return {
    prepare(tracks) {
      wanted.prepare(tracks);
      child?.send({ kind: 'prepare', tracks });
    },
    play(playId, track, fadeInMs) {
      wanted.play(playId, track, fadeInMs, monotonicMs());
      child?.send({ kind: 'play', playId, track, fadeInMs });
    },
    stop(fadeOutMs) {
      wanted.stop();
      child?.send({ kind: 'stop', fadeOutMs });
    },
    onEvent(listener) {
      listeners.push(listener);
    },
    close() {
      clearInterval(expiring);
      clearTimeout(restarting);
      closing ??= child?.close() ?? Promise.resolve();
      return closing;
    },
    pid: () => child?.pid,
    figures: () => figures,
  };
}
