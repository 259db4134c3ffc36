/**
 * A kernel without /sys/class/gpio: the real box finds libgpiod's gpiomon by itself, in Debian 12's version 1 and in
 * Debian 13's version 2, and lights its lamps through the kernel's GPIO device.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { EMOTIONS } from '../../models/emotions.ts';
import { createRandom, drawnIndex } from '../../models/population/learners/seeded-random.ts';
import { until } from '../support/until.ts';
import { bouncingPress } from './emulated-pi/bouncing-press.ts';
import { type BoxOnPi, BUILT, LAMPS_AFTER, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { heardSongs } from './emulated-pi/heard-songs.ts';
import { quantile, tell } from './emulated-pi/report.ts';

const PRESSES = 20;

/** Emulated, the box is up in 10 s on a quiet machine and in two minutes on one that is busy. */
const START_MS = 300_000;

/** As in hands-and-lamps.hardware.ts. */
const RELEASE_MS = 250;
const HANDS_OFF_MS = 400;

/** An empty folder over it, and sysfs has no GPIO any more. */
const HIDE_SYSFS = 'mkdir -p /run/nothing && mount -o bind /run/nothing /sys/class/gpio';

/** Debian 13's tools before Debian 12's. */
const VERSION_2 = 'export PATH=/opt/trixie/bin:$PATH';

describe.skipIf(whyNoEmulatedPi() !== undefined)('buttons and lamps without sysfs', () => {
  let box: BoxOnPi | undefined;
  afterEach(() => box?.machine.kill());

  test.each([
    [1, HIDE_SYSFS],
    [2, `${HIDE_SYSFS} && ${VERSION_2}`],
  ])(
    `${PRESSES} bouncing presses are each seen once, and lamps shine, with libgpiod %i`,
    {
      timeout: 2 * START_MS,
    },
    async (version, before) => {
      const pi = await startBoxOnPi({
        folder: join(BUILT, 'runs', 'hands-by-gpiod'),
        data: await heardSongs(join(BUILT, 'heard-songs')),
        config: { pressFilter: { releaseMs: RELEASE_MS } },
        before,
      });
      box = pi;
      const { console, header } = pi.machine;
      await console.waitFor(/Keys 1 to 4/, START_MS);
      expect(await console.run('gpiomon --version | head -1')).toMatch(new RegExp(` v${version}\\.`));
      await console.run('[ -z "$(ls /sys/class/gpio)" ]');

      const random = createRandom(version);
      const waits: number[] = [];
      for (let press = 0; press < PRESSES; press += 1) {
        const emotion = EMOTIONS[drawnIndex(random, EMOTIONS.length)]!;
        const from = pi.log().length;
        const begin = performance.now();
        await pi.play(pi.lineOf(emotion), bouncingPress(random));
        const seen = await pi.waitForLog(['pressed'], from);
        expect(seen.fields.emotion).toBe(emotion);
        waits.push(seen.atMs - begin);
        // What was pressed for a song is learnt once the button was let go; a song begins before.
        const { event } = await pi.waitForLog(['learnt', 'playing'], from);
        if (event === 'playing') await pause(HANDS_OFF_MS);
      }
      expect(pi.log().filter(({ event }) => event === 'pressed')).toHaveLength(PRESSES);
      tell(`gpiomon ${version}: press to the log line, ms`, {
        p50: quantile(waits, 0.5),
        p95: quantile(waits, 0.95),
      });

      const isLit = (emotion: (typeof EMOTIONS)[number]): boolean =>
        header.outputs.findLast(({ line }) => line === pi.lineOf(emotion) + LAMPS_AFTER)?.isHigh ?? false;
      const lit = await until('a lamp that shines', () => EMOTIONS.find(isLit), 30_000);
      // The program that holds it dies: the lamp shines again by itself.
      const outputs = header.outputs.length;
      const line = pi.lineOf(lit) + LAMPS_AFTER;
      // Debian's busybox has no pgrep.
      await console.run(
        `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' <$p/cmdline)" in *"gpiochip0 ${line} ") kill -9 "\${p#/proc/}" && echo killed ;; esac; done 2>/dev/null | grep killed`,
      );
      await until(
        'the light again',
        () => header.outputs.slice(outputs).find((each) => each.line === line && each.isHigh),
        30_000,
      );
      expect(await pi.stop()).toBe(0);
      await until('darkness', () => (EMOTIONS.some(isLit) ? undefined : true));
    },
  );
});
