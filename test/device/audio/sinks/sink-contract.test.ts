/** What the pump may expect of every sink. Rows for real cards run only where there is one. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../../../device/audio/audio-format.ts';
import { openAplaySink } from '../../../../device/audio/sinks/aplay.ts';
import { openSilentSink } from '../../../../device/audio/sinks/silent.ts';
import { type OpenSink, SINK_CLOSE_MS } from '../../../../device/audio/sinks/sink.ts';
import { findSoundEquipment } from '../../../../device/audio/sinks/sound-equipment.ts';
import { openSpeakerSink } from '../../../../device/audio/sinks/speaker.ts';
import { openWavSink } from '../../../../device/audio/sinks/wav.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { aplayStandIn } from './aplay-stand-in.ts';

const { cards, hasAplay, hasSpeakerModule } = findSoundEquipment();
const hasCard = cards.length > 0;

const ALL = [
  { name: 'silent', isHere: true, open: () => openSilentSink },
  { name: 'wav', isHere: true, open: () => openWavSink(join(temporaryFolder(), 'played.wav')) },
  {
    name: 'aplay (a stand-in for the program)',
    isHere: true,
    open: () => openAplaySink({ program: aplayStandIn('exec cat > /dev/null').path }),
  },
  { name: 'aplay (real card)', isHere: hasCard && hasAplay, open: () => openAplaySink() },
  { name: 'speaker (real card)', isHere: hasCard && hasSpeakerModule, open: () => openSpeakerSink },
] satisfies { name: string; isHere: boolean; open: () => OpenSink }[];

const block = Int16Array.from({ length: 512 * CHANNELS }, (_, i) => i - 512);
const ignore = (): void => {};

describe.each(ALL)('the sink $name', ({ isHere, open }) => {
  test.skipIf(!isHere)('opens with a name fit for the journal and takes sound without failing', async () => {
    const failures: string[] = [];
    const sink = await open()((reason) => failures.push(reason), ignore);
    expect(sink.name).toMatch(/^[a-z]{3,40}$/);
    expect(sink.slackMs).toBeGreaterThanOrEqual(0);
    expect(sink.backlogMs).toBe(0);
    for (let write = 0; write < 10; write++) sink.write(block);
    await sink.close();
    expect(failures).toEqual([]);
  });

  test.skipIf(!isHere)('closes in time, twice if asked, and ignores sound after that', async () => {
    const sink = await open()(ignore, ignore);
    sink.write(block);
    const before = performance.now();
    await sink.close();
    // The promise, and what a busy machine may add.
    expect(performance.now() - before).toBeLessThan(SINK_CLOSE_MS + 800);
    await sink.close();
    expect(() => sink.write(block)).not.toThrow();
    expect(sink.backlogMs).toBe(0);
  });

  test.skipIf(!isHere)('leaves the block it was given alone', async () => {
    const given = block.slice();
    const sink = await open()(ignore, ignore);
    sink.write(given);
    await sink.close();
    expect(given).toEqual(block);
  });
});
