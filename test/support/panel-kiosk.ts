/** A panel and its page open in a real browser, for tests of what a person sees and does. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { createPanel, type Panel, type PanelOptions } from '../../device/panel/panel.ts';
import { DEFAULT_PANEL_BUTTONS } from '../../device/panel/panel-protocol.ts';
import { createPanelToken } from '../../device/panel/panel-sessions.ts';
import { EMPTY_STATUS } from '../../device/panel/panel-status.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

export interface StartedPanel {
  readonly panel: Panel;
  readonly clock: FakeClock;
  /** All edges so far, such as `sad down`. */
  readonly edges: string[];
  readonly origin: string;
}

export async function startPanel(options: Partial<PanelOptions> = {}): Promise<StartedPanel> {
  const clock = createFakeClock();
  const panel = await createPanel({
    host: '127.0.0.1',
    port: 0,
    token: createPanelToken(),
    buttons: DEFAULT_PANEL_BUTTONS,
    songFile: async () => undefined,
    clock,
    ...options,
  });
  const edges: string[] = [];
  panel.onChange(({ button, isClosed }) => edges.push(`${button} ${isClosed ? 'down' : 'up'}`));
  return { panel, clock, edges, origin: new URL(panel.url).origin };
}

export interface OpenedPage {
  readonly page: Page;
  /** Ends the browser profile; fails where the page complained of anything or asked anything of another site. */
  close(): Promise<void>;
}

/** A fresh browser profile at `url`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => {
    // Chromium itself reports every refused or unreachable request; tests that cause them check the outcome.
    const isRefusal = /^Failed to load resource|ERR_CONNECTION_REFUSED/.test(line.text());
    if (line.type() === 'error' && !isRefusal) complaints.push(line.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    async close() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

export interface Kiosk extends StartedPanel, OpenedPage {
  /** Dark, idle, nothing recorded: as just opened. */
  reset(): void;
}

/** A panel with its page open and connected. */
export async function openKiosk(
  browser: Browser,
  options: { readonly context?: BrowserContextOptions; readonly panel?: Partial<PanelOptions> } = {},
): Promise<Kiosk> {
  const started = await startPanel(options.panel);
  const opened = await openPage(browser, started.panel.url, options.context);
  await opened.page.locator('body[data-connection=open]').waitFor();
  return {
    ...started,
    ...opened,
    reset() {
      started.edges.length = 0;
      started.panel.publish(EMPTY_STATUS);
      for (const { id } of DEFAULT_PANEL_BUTTONS) started.panel.show(id, 'off');
    },
    async close() {
      await started.panel.close();
      await opened.close();
    },
  };
}
