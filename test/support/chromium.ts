/** A real Chromium for tests of pages: found where distributions put it, started without a screen or a network life of its own. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of an installed Chromium, or undefined. */
export const CHROMIUM_PATH: string | undefined = PLACES.find((place) => existsSync(place));

/** What a skipped suite is called, so that the report says why. */
export const NO_CHROMIUM = `no Chromium found (looked for ${PLACES.slice(0, 3).join(', ')})`;

/** Rejects where there is no Chromium; ask `CHROMIUM_PATH` first. */
export function launchChromium(): Promise<Browser> {
  if (CHROMIUM_PATH === undefined) throw new Error(NO_CHROMIUM);
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
