/**
 * Switches on a cable of an arm64 machine: the real box, the real node-hid and perl on the kernel's own HID and input
 * drivers; an arcade encoder and a keyboard pressed, pulled and plugged while music plays.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMOTIONS, type Emotion } from '../../models/emotions.ts';
import { createRandom, drawnIndex } from '../../models/population/learners/seeded-random.ts';
import { type BoxOnPi, BUILT, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { heardSongs } from './emulated-pi/heard-songs.ts';
import { quantile, tell } from './emulated-pi/report.ts';
import { startUsbHands, USB_WIRING, type UsbDevice, type UsbHands } from './emulated-pi/usb-hands.ts';

const PRESSES = 20;
const REPLUGS = 10;

/** Emulated, the box is up in 10 s on a quiet machine and in two minutes on one that is busy. */
const START_MS = 300_000;

/** As long as a hand presses, ms. */
const HELD_MS = 100;

/** As in hands-and-lamps.hardware.ts: emulation stretches a hand's 100 ms. */
const RELEASE_MS = 250;

/** Longer than a press and the time until it counts as let go, ms. */
const HANDS_OFF_MS = HELD_MS + RELEASE_MS + 300;

/** What was open for this long is told when it is lost, and when it is back (keep-open.ts), ms. */
const SOUND_AFTER_MS = 10_000;

const FOLDER = join(BUILT, 'runs', 'hands-by-usb');

describe.skipIf(whyNoEmulatedPi() !== undefined)('buttons on a cable', () => {
  let box: BoxOnPi;
  let hands: UsbHands;
  const pressed: Emotion[] = [];
  const random = createRandom(11);
  const anyEmotion = (): Emotion => EMOTIONS[drawnIndex(random, EMOTIONS.length)]!;

  beforeAll(async () => {
    const config = { pressFilter: { releaseMs: RELEASE_MS }, ...USB_WIRING };
    box = await startBoxOnPi({ folder: FOLDER, data: await heardSongs(join(BUILT, 'heard-songs')), config });
    await box.machine.console.waitFor(/Keys 1 to 4/, START_MS);
    hands = await startUsbHands(box, FOLDER);
  }, 2 * START_MS);
  afterAll(() => box?.machine.kill());

  /** One press, seen once and as the right emotion before the next. */
  async function press(device: UsbDevice, emotion = anyEmotion()): Promise<number> {
    const from = box.log().length;
    const { atMs } = await hands.do(`press ${device} ${EMOTIONS.indexOf(emotion)} ${HELD_MS}`);
    const seen = await box.waitForLog(['pressed'], from);
    pressed.push(emotion);
    expect(seen.fields.emotion).toBe(emotion);
    // What was pressed for a song is learnt once the button was let go; a song begins before.
    const { event } = await box.waitForLog(['learnt', 'playing'], from);
    if (event === 'playing') await pause(HANDS_OFF_MS);
    return seen.atMs - atMs;
  }

  /** Sees to it that a song plays. */
  async function musicPlays(): Promise<void> {
    const last = box.log().findLast(({ event }) => ['playing', 'finished', 'stopped'].includes(event));
    if (last?.event !== 'playing') await press('encoder');
    expect(box.log().findLast(({ event }) => ['playing', 'stopped'].includes(event))?.event).toBe('playing');
  }

  const sentences = (from: number): string[] =>
    box
      .log()
      .slice(from)
      .flatMap(({ event, fields }) => (event === 'hands' ? [String(fields.reason)] : []));

  test('that are plugged into a running box are heard, and the person is told', {
    timeout: 120_000,
  }, async () => {
    expect(sentences(0)).toEqual([
      expect.stringMatching(/Not plugged in: buttons 16c0:27dc/),
      expect.stringMatching(/Not plugged in: keyboard 16c0:27db/),
    ]);
    const from = box.log().length;
    await hands.plug('encoder');
    await hands.do('plug keyboard');
    await box.waitForLog(['hands'], from);
    await expect
      .poll(() => sentences(from), { timeout: 30_000 })
      .toEqual([
        expect.stringMatching(/buttons 16c0:27dc are heard again/),
        expect.stringMatching(/keyboard "test keyboard" .* is heard again/),
      ]);
  });

  test(`${PRESSES} presses on an encoder are each seen once, with the right emotion`, {
    timeout: 240_000,
  }, async () => {
    const waits: number[] = [];
    for (let i = 0; i < PRESSES; i += 1) waits.push(await press('encoder'));
    tell('encoder to the log line, ms', { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95) });
  });

  test('a pin and the encoder at once are one press', { timeout: 60_000 }, async () => {
    for (const emotion of EMOTIONS) {
      const from = box.log().length;
      const line = box.lineOf(emotion);
      await box.machine.header.drive(line, false);
      await hands.do(`press encoder ${EMOTIONS.indexOf(emotion)} ${HELD_MS}`);
      await pause(HELD_MS);
      await box.machine.header.drive(line, true);
      const { event } = await box.waitForLog(['learnt', 'playing'], from);
      pressed.push(emotion);
      await pause(event === 'playing' ? HANDS_OFF_MS : 0);
    }
  });

  test(`an encoder unplugged ${REPLUGS} times while music plays loses no press once it is open again`, {
    timeout: 400_000,
  }, async () => {
    await musicPlays();
    await pause(SOUND_AFTER_MS);
    const from = box.log().length;
    const reopenedMs: number[] = [];
    for (let round = 0; round < REPLUGS; round += 1) {
      await musicPlays();
      await hands.do('unplug encoder');
      await pause(drawnIndex(random, 1000));
      reopenedMs.push((await hands.plug('encoder')).waitedMs);
      await press('encoder');
    }
    expect(sentences(from)[0]).toMatch(/buttons 16c0:27dc are gone/);
    expect(sentences(from)).toContainEqual(expect.stringMatching(/buttons 16c0:27dc are heard again/));
    tell('encoder plugged in to open again, ms', {
      p50: quantile(reopenedMs, 0.5),
      p95: quantile(reopenedMs, 0.95),
    });
  });

  test('a flood that runs over the kernel’s queue leaves no button down and does not stop the music', {
    timeout: 120_000,
  }, async () => {
    await musicPlays();
    const begin = box.log().length;
    const flood = async (emotion: Emotion, command: () => Promise<unknown>): Promise<void> => {
      const from = box.log().length;
      await command();
      await box.waitForLog(['pressed'], from);
      // Longer than a hold that stops the music.
      await pause(4_000);
      const seen = box
        .log()
        .slice(from)
        .filter(({ event }) => event === 'pressed');
      expect(new Set(seen.map(({ fields }) => fields.emotion))).toEqual(new Set([emotion]));
      pressed.push(...seen.map(() => emotion));
      await press('encoder', emotion);
    };
    // Frozen, nobody drains the queue: of 500 changes the first 63 are kept, and the last of those says down.
    await flood(EMOTIONS[0]!, async () => {
      await box.machine.console.run('kill -STOP $(cat /run/box.pid)');
      await hands.do('burst encoder 0 500');
      await box.machine.console.run('kill -CONT $(cat /run/box.pid)');
    });
    // And one that the box drains as it comes.
    await flood(EMOTIONS[1]!, () => hands.do('burst encoder 1 500'));
    expect(
      box
        .log()
        .slice(begin)
        .filter(({ event }) => event === 'stopped'),
    ).toEqual([]);
  });

  test('a keyboard is kept from every other program, and heard again after its cable was out', {
    timeout: 240_000,
  }, async () => {
    const { console } = box.machine;
    await console.run('cat $(ls /dev/input/event* | tail -1) >/run/overheard & sleep 1');
    for (let i = 0; i < 4; i += 1) await press('keyboard', EMOTIONS[i]);
    await console.run('[ ! -s /run/overheard ]');
    await pause(SOUND_AFTER_MS);
    const from = box.log().length;
    await hands.do('unplug keyboard');
    await pause(500);
    await hands.do('plug keyboard');
    await expect
      .poll(() => sentences(from).at(-1), { timeout: 30_000 })
      .toMatch(/keyboard "test keyboard" .* is heard again/);
    expect(sentences(from)[0]).toMatch(/keyboard "test keyboard" .* is not heard for the moment: is gone/);
    for (let i = 0; i < 4; i += 1) await press('keyboard', EMOTIONS[i]);
  });

  let stalledPressAtMs = 0;
  test('a key pressed while the box is stalled keeps the kernel’s time', { timeout: 60_000 }, async () => {
    const from = box.log().length;
    await box.machine.console.run('kill -STOP $(cat /run/box.pid)');
    const hand = await hands.do(`press keyboard 2 ${HELD_MS}`);
    stalledPressAtMs = Number(hand.fields.monotonicMs);
    await box.machine.console.run('sleep 2; kill -CONT $(cat /run/box.pid)');
    await box.waitForLog(['pressed'], from);
    pressed.push(EMOTIONS[2]!);
    await pause(HANDS_OFF_MS);
  });

  test('every press is in the journal, in order, and the keyboard is everybody’s once the box has ended', {
    timeout: 120_000,
  }, async () => {
    expect(await box.stop()).toBe(0);
    const { console } = box.machine;
    await console.run('cat $(ls /dev/input/event* | tail -1) >/run/overheard & sleep 1');
    await hands.do(`press keyboard 0 ${HELD_MS}`);
    await console.run('while [ ! -s /run/overheard ]; do sleep 0.1; done');
    await console.run('cp /root/data/device/device.sqlite* /box/');
    const journal = new Database(join(FOLDER, 'device.sqlite'), { readonly: true });
    const rows = journal
      .prepare(
        `SELECT entry ->> 'emotion' AS emotion, monotonic_ms AS atMs FROM events
         WHERE kind IN ('requested', 'selected', 'unanswered') ORDER BY epoch, seq`,
      )
      .all() as readonly { readonly emotion: Emotion; readonly atMs: number }[];
    journal.close();
    expect(rows.map(({ emotion }) => emotion)).toEqual(pressed);
    const lateMs = rows.at(-1)!.atMs - stalledPressAtMs;
    tell('a press during a stall of 2 s is late in the journal by, ms', { late: lateMs });
    expect(lateMs).toBeLessThan(1_000);
  });
});
