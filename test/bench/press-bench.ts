/**
 * Press to first sample handed to the sink, on the real box (storage, learner, audio process) with pressed-by-code
 * buttons: idle, and while songs are being heard in the background. Counts event-loop stalls over 20 ms in both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseDeviceConfig } from '../../device/config.ts';
import type { ButtonEdge, ContactSource, LibrarySong, PlayerEvent } from '../../device/core/ports.ts';
import { DEFAULT_PRESS_RULES } from '../../device/core/press-filter.ts';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { type Device, startDevice } from '../../device/main.ts';
import { createLibrary } from '../../device/music/library.ts';
import { composeStarterSongs } from '../../device/music/starter/starter-songs.ts';
import { type Benchmark, percentile } from './benchmark.ts';

const PRESSES = 200;

/** Between two songs: far less than a child takes, enough to decode four heads. */
const PAUSE_MS = 250;

/** Short, so that the bench can stop a song without waiting 1.5 s each time. */
const HOLD_TO_STOP_MS = 40;

interface Phase {
  readonly latenciesMs: readonly number[];
  readonly aheadShare: number;
  readonly stalls: number;
  readonly longestStallMs: number;
}

export const pressBench: Benchmark = async (progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'amecs-bench-'));
  try {
    const music = join(folder, 'music');
    await composeStarterSongs({
      directory: music,
      onProgress: ({ done, total }) => progress(`composing ${done}/${total}`),
    });
    const button = createCodeButton();
    const config = parseDeviceConfig({ sound: 'silent', panel: { port: 0 } }, 'bench');
    const device = await startDevice({
      config: { ...config, holdToStopMs: HOLD_TO_STOP_MS },
      folder: join(folder, 'device'),
      appVersion: 'bench',
      log: pino({ level: 'silent' }),
      announce: () => {},
      hardware: { contacts: [button], lamps: [] },
    });
    try {
      const outcome = await device.scan(music, ({ done, total }) => progress(`hearing ${done}/${total}`));
      if (outcome.kind !== 'scanned') throw new Error(`bench: ${outcome.reason}`);
      await sleep(1000);
      const idle = await measure(device, button, (done) => progress(`idle: press ${done}/${PRESSES}`));
      const background = hearForEver(music);
      const busy = await measure(device, button, (done) => progress(`busy: press ${done}/${PRESSES}`));
      const songsHeard = await background.stop();
      return {
        name: 'press',
        figures: {
          pressToSinkMsP50: round(percentile(idle.latenciesMs, 0.5)),
          pressToSinkMsP99: round(percentile(idle.latenciesMs, 0.99)),
          busyPressToSinkMsP50: round(percentile(busy.latenciesMs, 0.5)),
          busyPressToSinkMsP99: round(percentile(busy.latenciesMs, 0.99)),
          loopStallsOver20Ms: idle.stalls + busy.stalls,
        },
        rows: [...rowsOf('idle', idle), ...rowsOf(`while hearing ${songsHeard} songs`, busy)],
      };
    } finally {
      await device.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function rowsOf(name: string, phase: Phase): { what: string; value: string }[] {
  const at = (share: number): string => percentile(phase.latenciesMs, share).toFixed(2);
  return [
    {
      what: `press to sink, ${name}`,
      value: `p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms  (${phase.latenciesMs.length} presses)`,
    },
    { what: `  head decoded ahead`, value: `${(100 * phase.aheadShare).toFixed(1)} %` },
    {
      what: `  event-loop stalls over 20 ms`,
      value: `${phase.stalls} (longest ${phase.longestStallMs.toFixed(1)} ms)`,
    },
  ];
}

async function measure(device: Device, button: CodeButton, onPress: (done: number) => void): Promise<Phase> {
  const ids = ['happy', 'angry', 'sad', 'calm'];
  const latenciesMs: number[] = [];
  let ahead = 0;
  device.stalls.reset();
  for (let i = 0; i < PRESSES; i++) {
    const id = ids[i % ids.length]!;
    const started = nextStart(device);
    const pressedAtMs = systemClock.monotonicMs();
    button.edge({ button: id, isDown: true, atMs: pressedAtMs });
    const { atMs, wasAhead } = await started;
    latenciesMs.push(atMs - pressedAtMs);
    if (wasAhead) ahead++;
    button.edge({ button: id, isDown: false, atMs: systemClock.monotonicMs() });
    // Longer than the press filter takes for a bounce.
    await sleep(DEFAULT_PRESS_RULES.releaseMs + 5);
    button.edge({ button: id, isDown: true, atMs: systemClock.monotonicMs() });
    await sleep(HOLD_TO_STOP_MS + 20);
    button.edge({ button: id, isDown: false, atMs: systemClock.monotonicMs() });
    // Not in step with the pump's ticks.
    await sleep(PAUSE_MS + ((i * 7.3) % 20));
    onPress(i + 1);
  }
  const { count, longestMs } = device.stalls.read();
  return { latenciesMs, aheadShare: ahead / PRESSES, stalls: count, longestStallMs: longestMs };
}

type SongStarted = Extract<PlayerEvent, { kind: 'songStarted' }>;

function nextStart(device: Device): Promise<SongStarted> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('bench: no song started within 5 s')), 5000);
    let isWaiting = true;
    device.player.onEvent((event) => {
      if (!isWaiting || event.kind !== 'songStarted') return;
      isWaiting = false;
      clearTimeout(timer);
      resolve(event);
    });
  });
}

interface CodeButton extends ContactSource {
  edge(edge: ButtonEdge): void;
}

function createCodeButton(): CodeButton {
  let listener: Parameters<ContactSource['onChange']>[0] = () => {};
  return {
    onChange(next) {
      listener = next;
    },
    edge: ({ button, isDown, atMs }) => listener({ button, contact: 'code', isClosed: isDown, atMs }),
    close: async () => {},
  };
}

/** Hears the same folder again and again with an empty memory, as a first scan of a large library does. */
function hearForEver(folder: string): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let songsHeard = 0;
  const forgetful = { songs: async () => [], saveSong: async () => {} };
  const running = (async () => {
    const library = createLibrary({ store: forgetful });
    while (!stopping.signal.aborted) {
      const onSong = (_: LibrarySong): void => void songsHeard++;
      await library.scan(folder, { signal: stopping.signal, onSong }).catch(() => {});
    }
    await library.close();
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
      return songsHeard;
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
