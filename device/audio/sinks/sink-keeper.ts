/**
 * Keeps one sink open: tries what the plan offers, plays on the silent clock while nothing works, and goes on trying,
 * ever more seldom. Sound lost and found again is told by name; the pump always has somewhere to write.
 */
import type { PlayerEvent } from '../../core/ports.ts';
import type { SinkPlan } from './plan-sinks.ts';
import { silentSink } from './silent.ts';
import type { Sink } from './sink.ts';

/** A card that was only busy, as after our own process died, is free again within the first of these. */
const RETRY_AFTER_MS = [100, 250, 500, 1000, 2000, 5000] as const;

/** A sink that has worked this long is tried again at once when it fails; before, it may be a loose plug. */
const TRUSTED_AFTER_MS = 10_000;

/**
 * Quartz clocks mostly differ by less than 50 ppm: 15 ms in this time, less than a fast card has queued. Opening the
 * card afresh queues as much again.
 */
const RENEW_AFTER_MS = 300_000;

export interface SinkKeeper {
  readonly sink: Sink;
  /** Opens the first sink; resolves once there is one, if only the silent clock. Never rejects. */
  start(): Promise<void>;
  /** Opens the sink afresh if it has drifted; to be called in silence only, which it lengthens by a moment. */
  renewIfDrifted(): Promise<void>;
  close(): Promise<void>;
}

export function createSinkKeeper(ports: {
  readonly monotonicMs: () => number;
  /** Looks at the machine afresh each time. */
  readonly plan: () => SinkPlan;
  readonly emit: (event: Extract<PlayerEvent, { kind: 'soundReady' | 'soundLost' }>) => void;
  /** Told just before a sink is opened. */
  readonly onOpening: (name: string) => void;
  /** Told each time the open sink ran dry. */
  readonly onUnderrun: () => void;
  /** Told when another sink takes over. */
  readonly onSwitch: () => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
  /** Calls `then` after `afterMs`, unless the keeper is closed before. */
  readonly later: (afterMs: number, then: () => void) => { cancel(): void };
}): SinkKeeper {
  const { monotonicMs, plan, emit, onOpening, onUnderrun, onSwitch, log, later } = ports;
  let sink = silentSink;
  let openedAtMs = monotonicMs();
  let failures = 0;
  let isClosed = false;
  /** The next attempt, or the moment the open sink is trusted. */
  let timer: { cancel(): void } | undefined;
  let lastLine = '';
  /** What was last told of: nothing yet, a sink's name, or that sound is lost. */
  let told: { readonly sink: string } | { readonly reason: string } | undefined;

  function say(level: 'info' | 'warn', message: string): void {
    if (message === lastLine) return;
    lastLine = message;
    log(level, message);
  }

  function use(next: Sink): void {
    sink = next;
    openedAtMs = monotonicMs();
    onSwitch();
    if (told !== undefined && 'sink' in told && told.sink === next.name) return;
    told = { sink: next.name };
    emit({ kind: 'soundReady', sink: next.name });
  }

  function lose(reason: string): void {
    sink = silentSink;
    onSwitch();
    if (told !== undefined && 'reason' in told) return;
    told = { reason };
    emit({ kind: 'soundLost', reason });
  }

  function tryLater(): void {
    timer?.cancel();
    if (isClosed) return;
    const afterMs = RETRY_AFTER_MS[Math.min(failures, RETRY_AFTER_MS.length - 1)]!;
    failures += 1;
    timer = later(afterMs, () => void attempt());
  }

  async function attempt(): Promise<void> {
    const { candidates, why } = plan();
    const refusals: string[] = [];
    for (const { name, open } of candidates) {
      onOpening(name);
      let opened: Sink | undefined;
      try {
        opened = await open((reason) => {
          if (opened === undefined || opened !== sink) return;
          say('warn', reason);
          lose(reason);
          tryLater();
        }, onUnderrun);
      } catch (error) {
        refusals.push((error as Error).message);
        continue;
      }
      if (isClosed) return void opened.close();
      timer?.cancel();
      timer = later(TRUSTED_AFTER_MS, () => {
        failures = 0;
      });
      say('info', [...refusals, refusals.length === 0 ? why : `Playing through ${name}.`].join(' '));
      return use(opened);
    }
    if (refusals.length === 0) {
      // A machine without a card is a laptop or a box not plugged in yet: it plays, in silence.
      say('warn', why);
      if (told === undefined) use(silentSink);
    } else {
      say('warn', refusals.join(' '));
      lose(refusals[0]!.slice(0, 200));
    }
    tryLater();
  }

  return {
    get sink() {
      return sink;
    },
    start: attempt,
    async renewIfDrifted() {
      if (!sink.hasOwnClock || monotonicMs() - openedAtMs < RENEW_AFTER_MS) return;
      const ending = sink;
      sink = silentSink;
      await ending.close();
      await attempt();
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      const ending = sink;
      sink = silentSink;
      await ending.close();
    },
  };
}
