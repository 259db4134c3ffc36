/**
 * Sound that goes away under the real box: a card that somebody else has, an audio process that is killed, a card that is
 * pulled out. Buttons, lamps and journal go on; sound comes back by itself.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesToMs, msToFrames } from '../../device/audio/audio-format.ts';
import { until } from '../support/until.ts';
import {
  type BoxLine,
  type BoxOnPi,
  BUILT,
  LAMPS_AFTER,
  startBoxOnPi,
  whyNoEmulatedPi,
} from './emulated-pi/box-on-pi.ts';
import { heardSongs, songsOf } from './emulated-pi/heard-songs.ts';
import { firstAudible, silences } from './emulated-pi/recording.ts';
import { tell } from './emulated-pi/report.ts';
import { followSong } from './emulated-pi/song-following.ts';
import {
  LEAVE_CARD,
  listen,
  PLUG_IN_CARD,
  PULL_CARD,
  PUT_CARD_BACK,
  TAKE_CARD,
} from './emulated-pi/sound-card.ts';

const FOLDER = join(BUILT, 'runs', 'loudspeaker-lost');

/** The first attempts to open a card again come within 5 s of the machine's time, and emulated ones take theirs. */
const BACK_WITHIN_MS = 60_000;

/** What a kill may cost: a new audio process, and decoding up to where the song would be. */
const LONGEST_GAP_MS = 5000;

/** A decoder that falls behind on a cold start holds the song up by its refill of 250 ms, before the kill or after. */
const OUT_OF_PLACE_MS = 700;

const [HAPPY, ANGRY, SAD, CALM] = [0, 1, 2, 3] as const;

describe.skipIf(whyNoEmulatedPi() !== undefined)('sound that goes away', () => {
  const songById = new Map<string, Float32Array>();
  let box: BoxOnPi;
  let presses = 0;

  beforeAll(async () => {
    const data = await heardSongs(join(BUILT, 'heard-songs'));
    for (const { songId, decode } of songsOf(data)) songById.set(songId, await decode());
    box = await startBoxOnPi({
      folder: FOLDER,
      data,
      config: { sound: 'aplay', holdToStopMs: 500 },
      before: `${PLUG_IN_CARD} && ${TAKE_CARD}`,
      time: 'instructions',
    });
    await box.machine.console.waitFor(/Keys 1 to 4/, 300_000);
  }, 400_000);
  afterAll(() => box?.machine.kill());

  /** Presses, and resolves with the log's line about it once the press has light. */
  async function pressWithLight(line: number): Promise<BoxLine> {
    const from = box.log().length;
    const { outputs } = box.machine.header;
    const before = outputs.length;
    presses += 1;
    await box.press(line, 0.06);
    const pressed = await box.waitForLog(['pressed'], from);
    await until('the lamp', () =>
      outputs.slice(before).find((each) => each.line === line + LAMPS_AFTER && each.isHigh),
    );
    return pressed;
  }

  async function stopSong(line: number): Promise<void> {
    const from = box.log().length;
    presses += 1;
    await box.press(line, 0.55);
    await box.waitForLog(['stopped'], from);
  }

  test('a card that somebody else has is waited for, and presses go on', { timeout: 200_000 }, async () => {
    await until('the fault', () => box.log().find(({ fields }) => fields.reason === 'soundLost'));
    const from = box.log().length;
    await box.machine.console.run(LEAVE_CARD);
    const back = await box.waitForLog(['sound'], from, BACK_WITHIN_MS);
    expect(back.fields.sink).toBe('aplay');
  });

  test('a killed audio process is replaced, and the song goes on where it would be', {
    timeout: 300_000,
  }, async () => {
    const { console } = box.machine;
    const ear = await listen(box.machine, FOLDER);
    const from = box.log().length;
    await pressWithLight(HAPPY);
    const { songId } = (await box.waitForLog(['playing'], from)).fields;
    await box.sleep(3);
    const killedAtMs =
      1000 *
      Number.parseFloat(
        await console.run(
          'cut -d" " -f1 /proc/uptime; for p in /proc/[0-9]*; do grep -q audio-process $p/cmdline && kill -9 $(basename $p); done; true',
        ),
      );
    await pressWithLight(ANGRY);
    await box.waitForLog(['learnt'], from);
    await box.waitForLog(['sound'], from, BACK_WITHIN_MS);
    await box.sleep(4);
    await stopSong(HAPPY);
    const recording = await ear.stop();

    const killed = recording.frameAt(killedAtMs);
    const gap = silences(recording.samples, msToFrames(100), killed - msToFrames(500))[0]!;
    const gapMs = framesToMs(gap.to - gap.from);
    tell('audio process killed, ms without sound', { gap: gapMs });
    expect(gapMs).toBeLessThan(LONGEST_GAP_MS);
    const heard = { from: firstAudible(recording.samples, 0)!, to: gap.to + msToFrames(3000) };
    const windows = followSong(recording.samples, songById.get(String(songId))!, {
      ...heard,
      windowFrames: msToFrames(100),
    }).filter(({ correlation }) => correlation > 0.9);
    const before = windows.filter(({ from: at }) => at < gap.from).at(-1)!;
    const after = windows.find(({ from: at }) => at > gap.to)!;
    const skippedMs = framesToMs(after.at - before.at);
    expect(Math.abs(skippedMs - framesToMs(after.from - before.from))).toBeLessThan(OUT_OF_PLACE_MS);
    expect(windows.filter(({ from: at }) => at > gap.to).length).toBeGreaterThan(20);
  });

  test('a card pulled out while music plays is missed by name, and played on when it is back', {
    timeout: 300_000,
  }, async () => {
    const { console } = box.machine;
    const from = box.log().length;
    await pressWithLight(SAD);
    await box.waitForLog(['playing'], from);
    await box.sleep(2);
    await console.run(PULL_CARD, BACK_WITHIN_MS);
    await until('the fault', () =>
      box
        .log()
        .slice(from)
        .find(({ fields }) => fields.reason === 'soundLost'),
    );
    await pressWithLight(CALM);
    // Two at a time would count as leaning on the buttons.
    await box.sleep(0.5);
    await pressWithLight(ANGRY);
    const gone = box.log().length;
    await console.run(PUT_CARD_BACK);
    expect((await box.waitForLog(['sound'], gone, BACK_WITHIN_MS)).fields.sink).toBe('aplay');
    const ear = await listen(box.machine, FOLDER);
    await box.sleep(2);
    const { samples } = await ear.stop();
    expect(firstAudible(samples, 0), 'sound after the card is back').toBeDefined();
  });

  test('every press and every loss of sound is in the journal', { timeout: 100_000 }, async () => {
    expect(await box.stop()).toBe(0);
    await box.machine.console.run('cp /root/data/device/device.sqlite* /box/');
    const journal = new Database(join(FOLDER, 'device.sqlite'), { readonly: true });
    const kinds = journal.prepare('SELECT kind FROM events ORDER BY epoch, seq').pluck().all() as string[];
    journal.close();
    expect(kinds.filter((kind) => ['requested', 'selected', 'unanswered'].includes(kind))).toHaveLength(
      presses,
    );
    expect(kinds.filter((kind) => kind === 'soundLost').length).toBeGreaterThanOrEqual(3);
    expect(kinds.filter((kind) => kind === 'soundRestored').length).toBeGreaterThanOrEqual(3);
  });
});
