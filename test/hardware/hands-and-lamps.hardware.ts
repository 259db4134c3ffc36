/**
 * Two hundred presses on the pins of an arm64 machine: the real box, the real onoff on the kernel's own GPIO driver,
 * lines bounced and lamps read from outside.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import { createRandom, drawnIndex } from '../../models/population/learners/seeded-random.ts';
import { until } from '../support/until.ts';
import { bouncingPress } from './emulated-pi/bouncing-press.ts';
import {
  type BoxLine,
  type BoxOnPi,
  BUILT,
  LAMPS_AFTER,
  startBoxOnPi,
  whyNoEmulatedPi,
} from './emulated-pi/box-on-pi.ts';
import { heardSongs } from './emulated-pi/heard-songs.ts';
import { quantile, tell } from './emulated-pi/report.ts';

const PRESSES = 200;

/** Longer than the emulated contact takes to settle. */
const HANDS_OFF_MS = 400;

describe.skipIf(whyNoEmulatedPi() !== undefined)('buttons and lamps on the header', () => {
  let box: BoxOnPi;
  const pressed: { readonly emotion: Emotion; readonly line: BoxLine; readonly hostMs: number }[] = [];
  const lampMs: number[] = [];

  beforeAll(async () => {
    const folder = join(BUILT, 'runs', 'hands-and-lamps');
    // Emulation stretches a flicker of 2 ms to 60 ms and more, so a contact is given longer to settle than on a Pi.
    const config = { pressFilter: { releaseMs: 250 } };
    box = await startBoxOnPi({ folder, data: await heardSongs(join(BUILT, 'heard-songs')), config });
    await box.machine.console.waitFor(/Keys 1 to 4/, 100_000);
  }, 200_000);
  afterAll(() => box?.machine.kill());

  test(`${PRESSES} bouncing presses are each seen once, with the right emotion`, {
    timeout: 600_000,
  }, async () => {
    const random = createRandom(5);
    for (let press = 0; press < PRESSES; press += 1) {
      const emotion = EMOTIONS[drawnIndex(random, EMOTIONS.length)]!;
      const line = box.lineOf(emotion);
      const from = box.log().length;
      const outputs = box.machine.header.outputs.length;
      const wasLit = isLit(box, line);
      const begin = performance.now();
      await box.play(line, bouncingPress(random));
      const seen = await box.waitForLog(['pressed'], from);
      pressed.push({ emotion, line: seen, hostMs: begin });
      if (!wasLit) {
        const lit = await until('the lamp', () =>
          box.machine.header.outputs
            .slice(outputs)
            .find((each) => each.line === line + LAMPS_AFTER && each.isHigh),
        );
        lampMs.push(lit.atMs - begin);
      }
      // What was pressed for a song is learnt once the button was let go; a song begins before.
      const { event } = await box.waitForLog(['learnt', 'playing'], from);
      if (event === 'playing') await pause(HANDS_OFF_MS);
    }
    await until('quiet', () => (box.log().at(-1)!.atMs < performance.now() - 3_000 ? true : undefined));

    const log = box.log().filter(({ event }) => event === 'pressed');
    expect(log.map(({ fields }) => fields.emotion)).toEqual(pressed.map(({ emotion }) => emotion));
    tell('press to the log line, host to host, ms', {
      p50: quantile(
        pressed.map(({ line, hostMs }) => line.atMs - hostMs),
        0.5,
      ),
      p95: quantile(
        pressed.map(({ line, hostMs }) => line.atMs - hostMs),
        0.95,
      ),
    });
    tell(`press to the lamp's line, host to host, ms (${lampMs.length} lamps that were dark)`, {
      p50: quantile(lampMs, 0.5),
      p95: quantile(lampMs, 0.95),
    });
  });

  test('every press is in the journal, in order, and the box ends when told', {
    timeout: 120_000,
  }, async () => {
    expect(await box.stop()).toBe(0);
    await box.machine.console.run('cp /root/data/device/device.sqlite* /box/');
    const journal = new Database(join(BUILT, 'runs', 'hands-and-lamps', 'device.sqlite'), { readonly: true });
    const emotions = journal
      .prepare(
        `SELECT entry ->> 'emotion' FROM events WHERE kind IN ('requested', 'selected', 'unanswered') ORDER BY epoch, seq`,
      )
      .pluck()
      .all();
    journal.close();
    expect(emotions).toEqual(pressed.map(({ emotion }) => emotion));
  });
});

function isLit(box: BoxOnPi, line: number): boolean {
  return box.machine.header.outputs.findLast((each) => each.line === line + LAMPS_AFTER)?.isHigh ?? false;
}
