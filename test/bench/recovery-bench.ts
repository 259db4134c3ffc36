/** SIGKILL of the audio process in mid-song to the song being heard again, as a capture of what is played shows it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSupervisedPlayer } from '../../device/audio/audio-supervisor.ts';
import type { Track } from '../../device/core/ports.ts';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { composeStarterSongs } from '../../device/music/starter/starter-songs.ts';
import { type Benchmark, percentile } from './benchmark.ts';
import { framesOfSound } from './captured-sound.ts';

const KILLS = 20;

export const recoveryBench: Benchmark = async (progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'amecs-bench-'));
  try {
    const [song] = await composeStarterSongs({ directory: join(folder, 'music'), titles: ['Moon Harbour'] });
    const track = { songId: '0'.repeat(32), path: song!.file, durationMs: song!.durationMs, gainDb: 0 };
    const backMs: number[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      progress(`kill ${kill}/${KILLS}`);
      backMs.push(await killOnce(join(folder, `heard-${kill}.wav`), track, 500 + kill * 137));
    }
    const at = (share: number): number => Math.round(percentile(backMs, share));
    return {
      name: 'recovery',
      figures: { soundBackMsP50: at(0.5), soundBackMsMax: at(1) },
      rows: [{ what: `SIGKILL to sound, ${KILLS} kills`, value: `p50 ${at(0.5)} ms  max ${at(1)} ms` }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A fresh player each time: one whose process dies again and again waits longer on purpose. */
async function killOnce(capture: string, track: Track, afterMs: number): Promise<number> {
  const silentLog = { info: () => {}, warn: () => {} };
  const player = createSupervisedPlayer({ sink: { wav: capture }, log: silentLog, clock: systemClock });
  try {
    player.play(1, track, 50);
    await until(() => framesOfSound(capture) > 0);
    await sleep(afterMs);
    const pid = player.pid()!;
    process.kill(pid, 'SIGKILL');
    const killedAtMs = systemClock.monotonicMs();
    // What the dead process had written by now is not sound come back.
    await until(() => player.pid() !== pid);
    const before = framesOfSound(capture);
    await until(() => framesOfSound(capture) > before);
    return systemClock.monotonicMs() - killedAtMs;
  } finally {
    await player.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = systemClock.monotonicMs() + 10_000;
  while (!isSo()) {
    if (systemClock.monotonicMs() > endMs) throw new Error('bench: no sound within 10 s');
    await sleep(2);
  }
}
