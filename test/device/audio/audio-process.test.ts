/** The real audio process, started from `dist/`, playing into a captured file. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { framesToMs, msToFrames, SAMPLE_RATE_HZ } from '../../../device/audio/audio-format.ts';
import type { AudioProcessOptions, AudioReport, SinkChoice } from '../../../device/audio/audio-messages.ts';
import { createSupervisedPlayer } from '../../../device/audio/audio-supervisor.ts';
import { compiledEntry } from '../../../device/compiled-entry.ts';
import type { PlayerEvent, Track } from '../../../device/core/ports.ts';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { correlation, longestSilence, placeInSong, readCapture, writeNoiseSong } from './captured-song.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - before;
}

/** A player into a capture, or into another sink; closed when the test ends. */
async function setUp(sink?: SinkChoice) {
  const folder = temporaryFolder();
  const capturePath = join(folder, 'played.wav');
  const events: (PlayerEvent & { readonly heardAtMs: number })[] = [];
  const lines: string[] = [];
  const log = {
    info: (_: object, line: string) => lines.push(line),
    warn: (_: object, line: string) => lines.push(line),
  };
  const player = createSupervisedPlayer({ sink: sink ?? { wav: capturePath }, log, clock: systemClock });
  onTestFinished(() => player.close());
  player.onEvent((event) => events.push({ ...event, heardAtMs: systemClock.monotonicMs() }));

  /** The `count`-th event of this kind. */
  async function heard<K extends PlayerEvent['kind']>(
    kind: K,
    count = 1,
  ): Promise<Extract<PlayerEvent, { kind: K }> & { heardAtMs: number }> {
    return vi.waitFor(() => {
      const event = events.filter((candidate) => candidate.kind === kind)[count - 1];
      if (event === undefined) throw new Error(`no ${kind} yet: ${JSON.stringify(events)}`);
      return event as Extract<PlayerEvent, { kind: K }> & { heardAtMs: number };
    }, PATIENCE);
  }
  /** What was captured, once it is this long. */
  async function captured(frames: number): Promise<Float32Array> {
    return vi.waitFor(() => {
      const capture = readCapture(capturePath);
      if (capture.length < frames) throw new Error(`only ${capture.length} of ${frames} frames captured`);
      return capture;
    }, PATIENCE);
  }
  function song(name: string, seconds: number, seed = 1): { track: Track; left: Float32Array } {
    const path = join(folder, `${name}.wav`);
    const left = writeNoiseSong(path, seconds, seed);
    return { track: { songId: name, path, durationMs: seconds * 1000, gainDb: 0 }, left };
  }
  await heard('soundReady');
  return { player, events, lines, folder, capturePath, heard, captured, song };
}

describe('the audio process', () => {
  test('killed in mid-song, it is back within a second with the same song where it should be by now', async () => {
    const { player, events, capturePath, heard, captured, song } = await setUp();
    const { track, left } = song('first', 10);
    player.prepare([track]);
    player.play(1, track, 50);
    const { atMs: startedAtMs } = await heard('songStarted');
    const begun = readCapture(capturePath).length;
    await captured(begun + 0.9 * SAMPLE_RATE_HZ);

    // 40 ms on a machine at rest; on one so busy that it takes far longer, a second is not to be had.
    const emptyProcessMs = await timeOf(() => once(spawn(process.execPath, ['-e', '']), 'exit'));
    const killedAtMs = systemClock.monotonicMs();
    process.kill(player.pid()!, 'SIGKILL');
    const lost = await heard('soundLost');
    expect(lost.reason).toBe('the audio process ended (SIGKILL)');
    const beforeDeath = readCapture(capturePath).length;
    await heard('soundReady', 2);
    // Silence is captured until the song is found again; then most of a second of song.
    await vi.waitFor(() => {
      const sinceDeath = readCapture(capturePath).subarray(beforeDeath);
      const { from, to } = longestSilence(sinceDeath, 0, sinceDeath.length);
      expect(to - from).toBeGreaterThan(msToFrames(10));
      expect(to).toBeLessThan(sinceDeath.length);
    }, PATIENCE);
    const resumed = readCapture(capturePath).length;
    const capture = await captured(resumed + 0.9 * SAMPLE_RATE_HZ);
    // Size and clock as one pair, so that reading the file takes no part.
    const framesByNow = (statSync(capturePath).size - 44) / 4;
    const shouldBeAtMs = systemClock.monotonicMs() - startedAtMs;

    const opening = capture.findIndex((sample) => sample !== 0) + msToFrames(60);
    const place = placeInSong(capture, opening, left);
    const length = beforeDeath - opening;
    expect(length).toBeGreaterThan(0.7 * SAMPLE_RATE_HZ);
    expect(correlation([capture, opening], [left, place], length)).toBeGreaterThan(0.99);

    const after = capture.length - msToFrames(300);
    const placeAfter = placeInSong(capture, after, left);
    const silence = longestSilence(capture, beforeDeath - 1, after);
    // The first 300 ms fade in.
    const fadedIn = silence.to + msToFrames(310);
    const offset = placeAfter - after;
    expect(
      correlation([capture, fadedIn], [left, fadedIn + offset], capture.length - fadedIn),
    ).toBeGreaterThan(0.99);

    // The song has moved on by what was not captured; together with the silence that is the whole gap.
    const gapMs = framesToMs(offset - (place - opening) + (silence.to - silence.from));
    expect(gapMs).toBeGreaterThan(0);
    expect(gapMs).toBeLessThan(Math.max(1000, 8 * emptyProcessMs));
    // The capture is up to 40 ms ahead of the clock; a machine too busy to mix in time lets the song fall behind it.
    const behindMs = shouldBeAtMs - framesToMs(framesByNow + offset);
    expect(Math.abs(behindMs)).toBeLessThan(Math.max(150, 8 * emptyProcessMs));
    expect(lost.heardAtMs - killedAtMs).toBeLessThan(Math.max(500, 8 * emptyProcessMs));
    expect(events.map(({ kind }) => kind)).toEqual(['soundReady', 'songStarted', 'soundLost', 'soundReady']);
  });

  test('a song decoded ahead starts without waiting for its decoder, and a stop is silent within 400 ms', async () => {
    const { player, capturePath, heard, captured, song } = await setUp();
    const { track } = song('first', 5);
    player.prepare([track]);
    await vi.waitFor(() => expect(player.figures()?.headsReady).toBe(1), PATIENCE);
    player.play(1, track, 50);
    expect((await heard('songStarted')).wasAhead).toBe(true);

    await captured(readCapture(capturePath).length + msToFrames(200));
    const whenStopped = statSync(capturePath).size / 4;
    player.stop(300);
    const capture = await captured(whenStopped + msToFrames(500));
    const soundedOn = capture.findLastIndex((sample) => sample !== 0) - whenStopped;
    expect(soundedOn).toBeGreaterThan(msToFrames(200));
    expect(soundedOn).toBeLessThan(msToFrames(400));
  });

  test('tells the end of a song, and of a broken or missing one why it cannot be played, and plays on', async () => {
    const { player, folder, events, heard, song } = await setUp('silent');
    const brokenPath = join(folder, 'broken.mp3');
    writeFileSync(brokenPath, 'This is not music.'.repeat(100));
    const { track } = song('short', 0.4);
    player.play(1, { ...track, songId: 'broken', path: brokenPath }, 50);
    expect((await heard('songFailed')).reason).toMatch(/not a music file/);
    player.play(2, { ...track, songId: 'missing', path: join(folder, 'missing.mp3') }, 50);
    expect((await heard('songFailed', 2)).reason).toMatch(/cannot be opened/);
    player.play(3, track, 50);
    const { atMs } = await heard('songStarted');
    const { heardAtMs } = await heard('songEnded');
    expect(heardAtMs - atMs).toBeGreaterThan(400 - 60);
    expect(events.flatMap((event) => ('playId' in event ? [event.playId] : []))).toEqual([1, 2, 3, 3]);
  });

  test('what is asked while it is down is not lost: the song asked for last is played', async () => {
    const { player, events, heard, song } = await setUp('silent');
    const songs = [1, 2, 3].map((n) => song(`song-${n}`, 3, n).track);
    process.kill(player.pid()!, 'SIGKILL');
    await heard('soundLost');
    for (const [i, track] of songs.entries()) player.play(i + 1, track, 50);
    await heard('songStarted');
    await heard('soundReady', 2);
    expect(events.filter(({ kind }) => kind === 'songStarted')).toMatchObject([{ playId: 3 }]);
  });

  test('hanging, it is killed and replaced', async () => {
    const { player, heard, lines } = await setUp('silent');
    const pid = player.pid()!;
    await vi.waitFor(() => expect(player.figures()).toBeDefined(), PATIENCE);
    process.kill(pid, 'SIGSTOP');
    const { reason } = await heard('soundLost');
    expect(reason).toMatch(/gave no sign of life for 1500 ms/);
    await heard('soundReady', 2);
    expect(player.pid()).not.toBe(pid);
    expect(isRunning(pid)).toBe(false);
    expect(lines).toContainEqual(expect.stringMatching(/another is started now/));
  });

  test('it leaves Ctrl-C and a terminating signal to the box, and closes when asked within 500 ms', async () => {
    const { player, events, heard, song } = await setUp('silent');
    const pid = player.pid()!;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    player.play(1, song('first', 3).track, 50);
    await heard('songStarted');
    expect(player.pid()).toBe(pid);
    const before = systemClock.monotonicMs();
    await player.close();
    expect(systemClock.monotonicMs() - before).toBeLessThan(500);
    expect(isRunning(pid)).toBe(false);
    expect(events.map(({ kind }) => kind)).toEqual(['soundReady', 'songStarted']);
  });

  test('it ends by itself when the box is gone', async () => {
    const options: AudioProcessOptions = { sink: 'silent', avoided: [] };
    const entry = fileURLToPath(
      compiledEntry(new URL('../../../device/audio/x.ts', import.meta.url).href, './audio-process.ts'),
    );
    const child: ChildProcess = fork(entry, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    await vi.waitFor(async () => {
      const [report] = (await once(child, 'message')) as [AudioReport];
      expect(report.kind).toBe('alive');
    }, PATIENCE);
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  test('a sink that cannot be opened is told, and songs keep their time in silence', async () => {
    const folder = temporaryFolder();
    const notACapture = join(folder, 'diary.txt');
    writeFileSync(notACapture, 'Dear diary');
    const events: PlayerEvent[] = [];
    const log = { info: () => {}, warn: () => {} };
    const player = createSupervisedPlayer({ sink: { wav: notACapture }, log, clock: systemClock });
    onTestFinished(() => player.close());
    player.onEvent((event) => events.push(event));
    const path = join(folder, 'short.wav');
    writeNoiseSong(path, 0.3);
    player.play(1, { songId: 'short', path, durationMs: 300, gainDb: 0 }, 20);
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ kind: 'songEnded', playId: 1 }), PATIENCE);
    expect(events[0]).toMatchObject({
      kind: 'soundLost',
      reason: expect.stringMatching(/holds something else/),
    });
  });
});
