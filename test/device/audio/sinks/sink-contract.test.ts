/** What the pump may expect of every sink. Rows for real cards run only where there is one. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { CHANNELS } from '../../../../device/audio/audio-format.ts';
import { openAplaySink } from '../../../../device/audio/sinks/aplay.ts';
import { findSoundEquipment } from '../../../../device/audio/sinks/choose-sink.ts';
import { openSilentSink } from '../../../../device/audio/sinks/silent.ts';
import { bytesOf, type OpenSink, SINK_CLOSE_MS } from '../../../../device/audio/sinks/sink.ts';
import { openSpeakerSink } from '../../../../device/audio/sinks/speaker.ts';
import { openWavSink } from '../../../../device/audio/sinks/wav.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const { cards, hasAplay, hasSpeakerModule } = findSoundEquipment();
const hasCard = cards.length > 0;

/** A program in the place of aplay; `$OUT` is a file of its own. */
function program(script: string, folder = temporaryFolder()): { path: string; out: string } {
  const path = join(folder, 'aplay');
  const out = join(folder, 'out');
  writeFileSync(path, `#!/bin/sh\nOUT='${out}'\n${script}\n`);
  chmodSync(path, 0o755);
  return { path, out };
}

const ALL = [
  { name: 'silent', isHere: true, open: () => openSilentSink },
  { name: 'wav', isHere: true, open: () => openWavSink(join(temporaryFolder(), 'played.wav')) },
  {
    name: 'aplay (a stand-in for the program)',
    isHere: true,
    open: () => openAplaySink(program('exec cat > "$OUT"').path),
  },
  { name: 'aplay (real card)', isHere: hasCard && hasAplay, open: () => openAplaySink() },
  { name: 'speaker (real card)', isHere: hasCard && hasSpeakerModule, open: () => openSpeakerSink },
] satisfies { name: string; isHere: boolean; open: () => OpenSink }[];

const block = Int16Array.from({ length: 512 * CHANNELS }, (_, i) => i - 512);
const ignore = (): void => {};

describe.each(ALL)('the sink $name', ({ isHere, open }) => {
  test.skipIf(!isHere)('opens with a name fit for the journal and takes sound without failing', async () => {
    const failures: string[] = [];
    const sink = await open()((reason) => failures.push(reason));
    expect(sink.name).toMatch(/^[a-z]{3,40}$/);
    expect(sink.slackMs).toBeGreaterThanOrEqual(0);
    for (let write = 0; write < 10; write++) sink.write(block);
    await sink.close();
    expect(failures).toEqual([]);
  });

  test.skipIf(!isHere)('closes in time, twice if asked, and ignores sound after that', async () => {
    const sink = await open()(ignore);
    sink.write(block);
    const before = performance.now();
    await sink.close();
    // The promise, and what a busy machine may add.
    expect(performance.now() - before).toBeLessThan(SINK_CLOSE_MS + 800);
    await sink.close();
    expect(() => sink.write(block)).not.toThrow();
  });

  test.skipIf(!isHere)('leaves the block it was given alone', async () => {
    const given = block.slice();
    const sink = await open()(ignore);
    sink.write(given);
    await sink.close();
    expect(given).toEqual(block);
  });
});

describe('the aplay sink', () => {
  test('pipes what it is given, byte for byte, even if the block is used again at once', async () => {
    const { path, out } = program('exec cat > "$OUT"');
    const sink = await openAplaySink(path)(ignore);
    const given = block.slice();
    sink.write(given);
    given.fill(0);
    await vi.waitFor(() => expect(statSync(out).size).toBe(block.byteLength), {
      timeout: 5000,
      interval: 10,
    });
    expect(readFileSync(out)).toEqual(bytesOf(block));
    await sink.close();
  });

  test('does not open where the card refuses, and says what aplay said', async () => {
    const { path } = program(
      'echo "aplay: main:831: audio open error: No such file or directory" >&2; exit 1',
    );
    await expect(openAplaySink(path)(ignore)).rejects.toThrow(/audio open error: No such file/);
  });

  test('does not open where the program is missing', async () => {
    await expect(openAplaySink(join(temporaryFolder(), 'nothing'))(ignore)).rejects.toThrow(
      /cannot be started/,
    );
  });

  test('tells a card that goes away while playing, once, with a hint', async () => {
    const { path } = program(
      'head -c 4096 > "$OUT"; echo "aplay: pcm_write:2178: write error: No such device" >&2; exit 1',
    );
    const failures: string[] = [];
    const sink = await openAplaySink(path)((reason) => failures.push(reason));
    for (let write = 0; write < 5; write++) sink.write(block);
    await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 5000, interval: 10 });
    sink.write(block);
    expect(failures).toEqual([
      expect.stringMatching(/No such device.*Check that the speaker is plugged in\./),
    ]);
  });

  test('tells a card that takes no more sound instead of keeping it all', async () => {
    const { path } = program('exec sleep 60');
    const failures: string[] = [];
    const sink = await openAplaySink(path)((reason) => failures.push(reason));
    for (let write = 0; write < 2000 && failures.length === 0; write++) sink.write(block);
    expect(failures).toEqual([expect.stringMatching(/takes no more sound/)]);
    await sink.close();
  });
});
