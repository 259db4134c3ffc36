/** The real audio process on stand-ins for aplay whose cards misbehave: told by name, back by itself, songs keep time. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSupervisedPlayer } from '../../../device/audio/audio-supervisor.ts';
import type { PlayerEvent } from '../../../device/core/ports.ts';
import { systemClock } from '../../../device/hardware/system-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeNoiseSong } from './captured-song.ts';
import { aplayStandIn, READY } from './sinks/aplay-stand-in.ts';

const PATIENCE = { timeout: 15_000, interval: 10 };

afterEach(() => void vi.unstubAllEnvs());

/** A player whose aplay is this script; `$OUT` counts its starts, a line each. */
function setUp(script: string) {
  const { path, out } = aplayStandIn(`echo x >> "$OUT"; ${script}`, '');
  vi.stubEnv('PATH', `${dirname(path)}:${process.env.PATH}`);
  const events: PlayerEvent[] = [];
  const lines: { readonly fields: object; readonly line: string }[] = [];
  const keep = (fields: object, line: string) => void lines.push({ fields, line });
  const player = createSupervisedPlayer({
    sink: 'aplay',
    log: { info: keep, warn: keep },
    clock: systemClock,
  });
  onTestFinished(() => player.close());
  player.onEvent((event) => events.push(event));
  const song = join(temporaryFolder(), 'song.wav');
  writeNoiseSong(song, 1.5);
  const track = { songId: 'song', path: song, durationMs: 1500, gainDb: 0 };
  const starts = () => (existsSync(out) ? readFileSync(out, 'utf8').length / 2 : 0);
  return { player, events, lines, track, out, starts };
}

const SAY = 'echo "aplay: main:831:';

test('a card that is unplugged, then busy, then back is told by name, while the song keeps its time', async () => {
  const { player, events, lines, track, starts, out } = setUp(`
case $(wc -l < "$OUT") in
  *1) ${READY}
    while [ ! -e "$OUT.unplug" ]; do head -c 2000 > /dev/null; done
    ${SAY} write error: No such device" >&2; exit 1;;
  *2) ${SAY} audio open error: Device or resource busy" >&2; exit 1;;
  *) ${READY}; exec cat > /dev/null;;
esac`);
  await vi.waitFor(() => expect(events).toEqual([{ kind: 'soundReady', sink: 'aplay' }]), PATIENCE);
  player.play(1, track, 20);
  await vi.waitFor(() => expect(events.at(-1)?.kind).toBe('songStarted'), PATIENCE);
  writeFileSync(`${out}.unplug`, '');
  await vi.waitFor(() => expect(events).toContainEqual({ kind: 'songEnded', playId: 1 }), PATIENCE);
  await vi.waitFor(() => expect(starts()).toBe(3), PATIENCE);
  await vi.waitFor(
    () => expect(events.filter(({ kind }) => kind === 'soundReady')).toHaveLength(2),
    PATIENCE,
  );
  expect(events.filter(({ kind }) => kind === 'soundLost')).toEqual([
    { kind: 'soundLost', reason: expect.stringMatching(/^The plug of the sound card has come out/) },
  ]);
  expect(events.filter((event) => 'playId' in event).map(({ kind }) => kind)).toEqual([
    'songStarted',
    'songEnded',
  ]);
  expect(lines.map(({ line }) => line)).toContainEqual(expect.stringMatching(/^Another program holds/));
});

test('a card at the wrong rate is never played through, and is told by name', async () => {
  const { events, out } = setUp(
    `echo 'Warning: rate is not accurate (requested = 44100Hz, got = 48000Hz)' >&2; ${READY}; exec cat > "$OUT.played"`,
  );
  await vi.waitFor(() => expect(events).toHaveLength(1), PATIENCE);
  expect(events).toEqual([
    { kind: 'soundLost', reason: expect.stringMatching(/runs at 48,000 Hz only.*wrong speed/) },
  ]);
  expect(existsSync(`${out}.played`) ? statSync(`${out}.played`).size : 0).toBe(0);
});

test('a card that runs dry under a song is counted and told once in a while; in silence it is not', async () => {
  // A line for each 20 KB: the first ones fall into the silence before the song.
  const { player, events, lines, track } = setUp(`${READY}
while true; do
  head -c 20000 > /dev/null || exit 0
  echo "underrun!!! (at least 2.0 ms long)" >&2
done`);
  await vi.waitFor(() => expect(player.figures()).toBeDefined(), PATIENCE);
  expect(player.figures()?.underruns).toBe(0);
  player.play(1, track, 20);
  await vi.waitFor(() => expect(player.figures()?.underruns).toBeGreaterThanOrEqual(3), PATIENCE);
  // A late wake may have been told just before; the next line then comes ten seconds later.
  await vi.waitFor(
    () => expect(lines.map(({ line }) => line)).toContainEqual(expect.stringMatching(/sound card ran dry/)),
    PATIENCE,
  );
  const told = lines.filter(({ fields }) => 'event' in fields && fields.event === 'audio.underrun');
  expect(told.length).toBeLessThanOrEqual(2);
  expect(events.some(({ kind }) => kind === 'soundLost')).toBe(false);
});
