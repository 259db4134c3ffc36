/** The page in a real Chromium: lamps, words, layout, and listening in the browser. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LampPattern } from '../../../device/core/ports.ts';
import { DEFAULT_PANEL_BUTTONS } from '../../../device/panel/panel-protocol.ts';
import { EMPTY_STATUS, type PanelStatus } from '../../../device/panel/panel-status.ts';
import { CHROMIUM_PATH, launchChromium, NO_CHROMIUM } from '../../support/chromium.ts';
import { type Kiosk, openKiosk } from '../../support/panel-kiosk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { textContrasts } from '../../support/text-contrast.ts';

const SONG_ID = 'a'.repeat(32);

const KITE = {
  songId: SONG_ID,
  title: 'Morning Kite',
  emotion: 'happy',
  startedAtMs: 0,
  durationMs: 60_000,
  gainDb: -6,
} as const;

const PLAYING: PanelStatus = {
  ...EMPTY_STATUS,
  playing: KITE,
  sink: 'aplay',
  pressesLearnt: 3,
  feed: [{ kind: 'pressed', text: 'Pressed happy', atMs: 0 }],
};

describe.skipIf(CHROMIUM_PATH === undefined)(`the page in Chromium ${CHROMIUM_PATH ?? NO_CHROMIUM}`, () => {
  let browser: Browser;
  let kiosk: Kiosk;

  beforeAll(async () => {
    browser = await launchChromium();
    kiosk = await openKiosk(browser);
  });
  beforeEach(() => kiosk.reset());
  afterAll(async () => {
    await kiosk.close();
    await browser.close();
  });

  describe('lamps', () => {
    const LIGHT = `['.light', '.halo'].map((part) => {
      const layer = document.querySelector('[data-button=sad] ' + part);
      for (const animation of layer.getAnimations()) {
        if (animation instanceof CSSTransition) animation.finish();
      }
      return Number(getComputedStyle(layer).opacity);
    })`;
    const REPEATING_PERIODS = `document.getAnimations()
      .map((animation) => animation.effect.getTiming())
      .filter(({ iterations }) => iterations === Infinity)
      .map(({ duration }) => duration)`;

    /** Shows a pattern and gives the light in the dome and around it once it has settled. */
    async function settle(pattern: LampPattern): Promise<{ dome: number; around: number }> {
      kiosk.panel.show('sad', pattern);
      await kiosk.page.locator(`[data-button=sad][data-lamp=${pattern}]`).waitFor();
      const [dome = Number.NaN, around = Number.NaN] = (await kiosk.page.evaluate(LIGHT)) as number[];
      return { dome, around };
    }

    test('light grows from off over ready and glow to confirm', async () => {
      const off = await settle('off');
      const ready = await settle('ready');
      const glow = await settle('glow');
      const confirm = await settle('confirm');
      expect([off, ready.around]).toEqual([{ dome: 0, around: 0 }, 0]);
      expect(ready.dome).toBeGreaterThan(0.2);
      expect(glow.dome).toBeGreaterThan(ready.dome + 0.4);
      expect(confirm.dome).toBeGreaterThan(glow.dome);
      expect(confirm.around).toBeGreaterThan(glow.around);
    });

    test.each([
      ['off', 'lamp off', 0],
      ['ready', 'lamp dim, ready', 0],
      ['glow', 'lamp on', 0],
      ['confirm', 'lamp bright, remembered', 0],
      ['resting', 'lamp breathing slowly, resting', 2],
      ['degraded', 'lamp uneven, something is missing', 1],
    ] as const)('%s is told as "%s" and repeats nothing within 4 s', async (pattern, words, repeating) => {
      const { page } = kiosk;
      await settle(pattern);
      expect(await page.locator('#lamp-sad').textContent()).toBe(words);
      const lamp = page.getByRole('button', { name: 'Sad' });
      expect(await lamp.getAttribute('aria-describedby')).toBe('lamp-sad');
      const periods = (await page.evaluate(REPEATING_PERIODS)) as number[];
      expect(periods).toHaveLength(repeating);
      for (const periodMs of periods) expect(periodMs).toBeGreaterThanOrEqual(4000);
    });

    test('with reduced motion nothing moves', async () => {
      const { page, panel } = kiosk;
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (const { id } of DEFAULT_PANEL_BUTTONS) panel.show(id, 'degraded');
      await settle('resting');
      expect(await page.evaluate('document.getAnimations().length')).toBe(0);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
    });
  });

  describe('words', () => {
    test('a screen reader finds real buttons with names and their keys', async () => {
      const group = kiosk.page.getByRole('group', { name: 'Emotion buttons' });
      const names = DEFAULT_PANEL_BUTTONS.map(({ label, key }) => `${label}, key ${key}`);
      for (const name of names) {
        expect(await group.getByRole('button', { name, exact: true }).count()).toBe(1);
      }
      expect(await group.getByRole('button').count()).toBe(names.length);
      expect(await group.locator('button').count()).toBe(names.length);
    });

    test('what happens is said aloud and shown to adults', async () => {
      const { page, panel } = kiosk;
      panel.publish(PLAYING);
      const spoken = page.getByRole('status');
      await spoken.getByText('Playing Morning Kite, asked for happy.').waitFor({ state: 'attached' });
      expect(await spoken.getAttribute('aria-live')).toBe('polite');
      const shown = await page.getByRole('region', { name: 'For adults' }).textContent();
      for (const words of ['Morning Kite', 'asked for happy', 'aplay', 'from 3 presses', 'Pressed happy']) {
        expect(shown).toContain(words);
      }
      panel.publish(EMPTY_STATUS);
      await spoken.getByText('The music stopped.').waitFor({ state: 'attached' });
    });

    test.each(['light', 'dark'] as const)(
      'every text has a contrast of 4.5 to 1 in %s',
      async (colorScheme) => {
        const { page, panel } = kiosk;
        await page.emulateMedia({ colorScheme });
        panel.publish({ ...PLAYING, faults: ['No sound card was found; plug one in.'] });
        await page.locator('.feed').getByText('No sound card').waitFor();
        const contrasts = await textContrasts(page);
        expect(contrasts.length).toBeGreaterThan(15);
        expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      },
    );
  });

  describe('layout', () => {
    const BOXES = `[...document.querySelectorAll('.button')].map((element) => {
      const { x, y, width } = element.getBoundingClientRect();
      return { x, y, d: width };
    })`;

    test.each([
      ['a small phone', 360, 640],
      ['a phone', 390, 844],
      ['a phone on its side', 844, 390],
      ['a tablet', 820, 1180],
      ['a laptop', 1280, 800],
      ['a wall', 1920, 1080],
    ])('on %s nothing overlaps, sticks out, or moves when words come', async (_what, width, height) => {
      const { page, panel } = kiosk;
      await page.setViewportSize({ width, height });
      const boxes = () => page.evaluate(BOXES) as Promise<{ x: number; y: number; d: number }[]>;
      const before = await boxes();
      const feed = page.locator('.feed');
      await feed.and(page.locator(':empty')).waitFor({ state: 'attached' });
      panel.publish({ ...PLAYING, faults: ['A long fault that needs more than one line. '.repeat(4)] });
      await feed.getByText('A long fault').waitFor();

      expect(await boxes()).toEqual(before);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      for (const [n, one] of before.entries()) {
        expect(one.d).toBeGreaterThan(100);
        expect(one.x).toBeGreaterThan(0);
        expect(one.x + one.d).toBeLessThan(width);
        for (const other of before.slice(n + 1)) {
          expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(one.d);
        }
      }
    });
  });

  describe('listening here', () => {
    test('plays the same song at the same place, and falls silent with the box', async () => {
      const path = join(temporaryFolder(), 'song.wav');
      writeFileSync(path, silentWav(8));
      const asked: string[] = [];
      const { page, panel, clock, close } = await openKiosk(browser, {
        panel: {
          async songFile(songId) {
            asked.push(songId);
            return { path, mimeType: 'audio/wav' };
          },
        },
      });
      onTestFinished(close);
      await page.evaluate(`{
        const Real = Audio;
        window.heard = [];
        window.Audio = function (src) { const audio = new Real(src); heard.push(audio); return audio; };
      }`);
      clock.advance(3000);
      panel.publish({ ...PLAYING, playing: { ...KITE, startedAtMs: 1000, durationMs: 8000 } });
      await page.locator('#now-title').getByText('Morning Kite').waitFor();
      expect(asked).toEqual([]);

      const toggle = page.getByRole('switch', { name: 'Listen here' });
      expect(await toggle.getAttribute('aria-checked')).toBe('false');
      await toggle.click();
      expect(await toggle.getAttribute('aria-checked')).toBe('true');
      const isAtItsPlace = 'heard.some(({ paused, currentTime }) => !paused && currentTime >= 3)';
      await expect.poll(() => page.evaluate(isAtItsPlace), { timeout: 5000 }).toBe(true);
      expect(new Set(asked)).toEqual(new Set([SONG_ID]));

      panel.publish(EMPTY_STATUS);
      await expect.poll(() => page.evaluate('heard.every(({ paused }) => paused)')).toBe(true);
    });
  });
});

/** A mono 8 kHz 8-bit WAV file of silence. */
function silentWav(durationS: number): Buffer {
  const samples = Buffer.alloc(8000 * durationS, 128);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
