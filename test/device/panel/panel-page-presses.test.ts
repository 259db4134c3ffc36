/** The page in a real Chromium: who may come in, and what mouse, finger, keys and screen readers press. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_PANEL_BUTTONS } from '../../../device/panel/panel-protocol.ts';
import { createPanelToken } from '../../../device/panel/panel-sessions.ts';
import { CHROMIUM_PATH, launchChromium, NO_CHROMIUM } from '../../support/chromium.ts';
import { type Kiosk, openKiosk, openPage, type StartedPanel, startPanel } from '../../support/panel-kiosk.ts';
import { textContrasts } from '../../support/text-contrast.ts';

/** Resolves once the box has heard exactly these edges. */
async function untilEdges({ edges }: StartedPanel, expected: readonly string[]): Promise<void> {
  await expect.poll(() => edges, { interval: 5 }).toEqual(expected);
}

describe.skipIf(CHROMIUM_PATH === undefined)(`the page in Chromium ${CHROMIUM_PATH ?? NO_CHROMIUM}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function startOwnPanel(...options: Parameters<typeof startPanel>): Promise<StartedPanel> {
    const started = await startPanel(...options);
    onTestFinished(() => started.panel.close());
    return started;
  }

  async function openOwnPage(url: string) {
    const { page, close } = await openPage(browser, url);
    onTestFinished(close);
    return page;
  }

  async function openOwnKiosk(
    ...options: Parameters<typeof openKiosk> extends [Browser, ...infer Rest] ? Rest : []
  ) {
    const kiosk = await openKiosk(browser, ...options);
    onTestFinished(kiosk.close);
    return kiosk;
  }

  describe('who may come in', () => {
    test('without a token the page says what to do, in words that can be read', async () => {
      const { origin } = await startOwnPanel();
      const page = await openOwnPage(origin);
      await page.getByRole('heading', { name: 'This page needs its own link' }).waitFor();
      expect(await page.getByText(`${origin}/#token=`).isVisible()).toBe(true);
      expect(await page.getByRole('button').count()).toBe(0);
      const contrasts = await textContrasts(page);
      expect(contrasts.length).toBeGreaterThan(4);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    });

    test('a wrong link is called one, and the right link opens the same page', async () => {
      const { panel, origin } = await startOwnPanel();
      const page = await openOwnPage(`${origin}/#token=wrong`);
      await page.getByText('of an earlier start, or not complete').waitFor();
      await page.goto(panel.url);
      await page.getByRole('button', { name: 'Happy' }).waitFor();
    });

    test('the token leaves the address bar, and a reload works by a cookie no script can read', async () => {
      const { page, origin } = await openOwnKiosk();
      expect(page.url()).toBe(`${origin}/`);
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.reload();
      await page.locator('body[data-connection=open]').waitFor();
      expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).toBe('[{},{}]');
    });
  });

  describe('losing the box', () => {
    test('is shown gently; the page comes back by itself when the box does', async () => {
      const { page, panel } = await openOwnKiosk();
      panel.show('sad', 'glow');
      await page.locator('[data-button=sad][data-lamp=glow]').waitFor();
      await panel.close();
      await page.getByText('Looking for the music box …').waitFor();
      await page.locator('[data-button=sad][data-lamp=off]').waitFor();

      const token = new URL(panel.url).hash.replace('#token=', '');
      const again = await startOwnPanel({ port: panel.port, token });
      await page.locator('body[data-connection=open]').waitFor();
      expect(await page.locator('#notice').isVisible()).toBe(false);
      await page.keyboard.press('1');
      await untilEdges(again, ['happy down', 'happy up']);
    });

    test('a box that came back with another token asks for its new link', async () => {
      const { page, panel } = await openOwnKiosk();
      await panel.close();
      await startOwnPanel({ port: panel.port, token: createPanelToken() });
      await page.getByText('was started again').waitFor();
    });
  });

  describe('pressing', () => {
    let kiosk: Kiosk;

    beforeAll(async () => {
      kiosk = await openKiosk(browser);
    });
    beforeEach(() => kiosk.reset());
    afterAll(() => kiosk.close());

    const button = (label: string) => kiosk.page.getByRole('button', { name: label });

    test('a mouse presses and lets go, wherever it has slid to', async () => {
      const { mouse } = kiosk.page;
      await button('Sad').hover();
      await mouse.down();
      await untilEdges(kiosk, ['sad down']);
      await mouse.move(5, 5);
      await mouse.up();
      await untilEdges(kiosk, ['sad down', 'sad up']);
    });

    test('the right mouse button presses nothing', async () => {
      await button('Sad').click({ button: 'right' });
      await button('Calm').click();
      await untilEdges(kiosk, ['calm down', 'calm up']);
    });

    test('a finger is one press, not a press and a click', async () => {
      const touched = await openOwnKiosk({ context: { hasTouch: true, isMobile: true } });
      await touched.page.getByRole('button', { name: 'Angry' }).tap();
      await untilEdges(touched, ['angry down', 'angry up']);
      await touched.page.keyboard.press('1');
      await untilEdges(touched, ['angry down', 'angry up', 'happy down', 'happy up']);
    });

    test.each(DEFAULT_PANEL_BUTTONS)(
      'key $key presses $id once, however long the keyboard repeats it',
      async ({ id, key }) => {
        const { keyboard } = kiosk.page;
        for (let repeats = 0; repeats < 3; repeats += 1) await keyboard.down(key);
        await untilEdges(kiosk, [`${id} down`]);
        await keyboard.up(key);
        await untilEdges(kiosk, [`${id} down`, `${id} up`]);
      },
    );

    test('keys with Control belong to the browser', async () => {
      await kiosk.page.keyboard.press('Control+1');
      await kiosk.page.keyboard.press('4');
      await untilEdges(kiosk, ['calm down', 'calm up']);
    });

    test.each(['Space', 'Enter'])('%s on a button is held as long as the key', async (key) => {
      const { keyboard } = kiosk.page;
      await button('Calm').focus();
      await keyboard.down(key);
      await keyboard.down(key);
      await untilEdges(kiosk, ['calm down']);
      await keyboard.up(key);
      await keyboard.press('2');
      await untilEdges(kiosk, ['calm down', 'calm up', 'angry down', 'angry up']);
    });

    test('the click of a screen reader, which has no length, is a press', async () => {
      await button('Happy').dispatchEvent('click');
      await untilEdges(kiosk, ['happy down', 'happy up']);
    });

    test('the click of a screen reader is held for as long as a press of this child takes to count', async () => {
      const buttons = DEFAULT_PANEL_BUTTONS.map((one) => ({ ...one, acceptMs: 500 }));
      const patient = await openOwnKiosk({ panel: { buttons } });
      await patient.page.getByRole('button', { name: 'Happy' }).dispatchEvent('click');
      await untilEdges(patient, ['happy down']);
      await patient.page.waitForTimeout(300);
      expect(patient.edges).toEqual(['happy down']);
      await untilEdges(patient, ['happy down', 'happy up']);
    });

    test.each([
      ['the window loses focus', `window.dispatchEvent(new Event('blur'))`],
      ['the page goes', `window.dispatchEvent(new Event('pagehide'))`],
      [
        'the tab is hidden',
        `Object.defineProperty(document, 'hidden', { value: true, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'));
         delete document.hidden;`,
      ],
    ])('everything held is let go when %s', async (_what, script) => {
      const { page } = kiosk;
      await page.keyboard.down('1');
      await page.keyboard.down('3');
      await untilEdges(kiosk, ['happy down', 'sad down']);
      await page.evaluate(script);
      await untilEdges(kiosk, ['happy down', 'sad down', 'happy up', 'sad up']);
      await page.keyboard.up('1');
      await page.keyboard.up('3');
    });

    test('a pointer the system takes away lets go', async () => {
      await button('Sad').hover();
      await kiosk.page.mouse.down();
      await untilEdges(kiosk, ['sad down']);
      await button('Sad').dispatchEvent('pointercancel', { pointerId: 1 });
      await untilEdges(kiosk, ['sad down', 'sad up']);
      await kiosk.page.mouse.up();
    });

    test('a ring fills in 1.5 s while a button is held, and is gone after', async () => {
      const { page } = kiosk;
      const ring = `document.querySelector('[data-button=calm] .hold circle')`;
      const animations = () =>
        page.evaluate(`${ring}.getAnimations().map((animation) => animation.effect.getTiming())`);
      expect(await animations()).toEqual([]);
      await page.keyboard.down('4');
      expect(await animations()).toMatchObject([{ duration: 1500, iterations: 1 }]);
      await page.evaluate(`${ring}.getAnimations()[0].finish()`);
      const emptyPart = await page.evaluate(`getComputedStyle(${ring}).strokeDashoffset`);
      expect(Number.parseFloat(String(emptyPart))).toBe(0);
      await page.keyboard.up('4');
      expect(await animations()).toEqual([]);
    });
  });
});
