/** The page's buttons under the child's own rules: the same filter that the wired ones go through. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ContactSource } from '../../../device/core/ports.ts';
import {
  type ContactChange,
  DEFAULT_PRESS_RULES,
  type PressRules,
} from '../../../device/core/press-filter.ts';
import { createPressedButtons } from '../../../device/hardware/pressed-buttons.ts';
import { createPanelHub, type PageSocket } from '../../../device/panel/panel-hub.ts';
import { DEFAULT_PANEL_BUTTONS } from '../../../device/panel/panel-protocol.ts';

const clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  clockState: () => 'ntp' as const,
};

/** A box with one open page and one wired switch. */
function createBox(rules: Partial<PressRules> = {}) {
  const hub = createPanelHub({ buttons: DEFAULT_PANEL_BUTTONS, clock });
  const page = new EventEmitter();
  const socket = { bufferedAmount: 0, send() {}, close() {}, terminate() {}, on: page.on.bind(page) };
  hub.add(socket as PageSocket);
  let wired = (_change: ContactChange): void => {};
  const pin: ContactSource = {
    onChange: (listener) => {
      wired = listener;
    },
    close: async () => {},
  };
  const each = { ...DEFAULT_PRESS_RULES, ...rules };
  const buttons = createPressedButtons({
    sources: [hub, pin],
    settings: {
      togetherMs: 100,
      buttons: Object.fromEntries(DEFAULT_PANEL_BUTTONS.map(({ id }) => [id, each])),
    },
    clock,
  });
  const seen: string[] = [];
  buttons.onEdge(({ button, isDown }) => seen.push(`${button} ${isDown ? 'down' : 'up'}`));
  buttons.onNotice?.((notice) =>
    seen.push(`${notice.button} ${notice.kind === 'ignored' ? notice.reason : notice.kind}`),
  );
  const onPage = (button: string, isDown: boolean): void =>
    void page.emit('message', JSON.stringify({ kind: 'edge', button, isDown }), false);
  return {
    seen,
    onPage,
    onPin: (button: string, isClosed: boolean) =>
      wired({ button, contact: 'pin 17', isClosed, atMs: clock.monotonicMs() }),
    async tapOnPage(button: string, heldMs: number) {
      onPage(button, true);
      await vi.advanceTimersByTimeAsync(heldMs);
      onPage(button, false);
      await vi.advanceTimersByTimeAsync(50);
    },
    leave: () => page.emit('close'),
  };
}

describe('the buttons on the page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('are answered in the very call that brought the touch', () => {
    const box = createBox();
    box.onPage('sad', true);
    expect(box.seen).toEqual(['sad down']);
  });

  test('keep the acceptance time', async () => {
    const box = createBox({ acceptMs: 200 });
    await box.tapOnPage('sad', 150);
    await box.tapOnPage('sad', 250);
    expect(box.seen).toEqual(['sad tooShort', 'sad down', 'sad up']);
  });

  test('keep the lock-out', async () => {
    const box = createBox({ lockOutMs: 1000 });
    await box.tapOnPage('calm', 60);
    await box.tapOnPage('calm', 60);
    expect(box.seen).toEqual(['calm down', 'calm up', 'calm tooSoon']);
  });

  test('and the wired ones are one hand when touched together', async () => {
    const box = createBox();
    box.onPage('sad', true);
    await vi.advanceTimersByTimeAsync(40);
    box.onPin('happy', true);
    expect(box.seen).toEqual(['sad down', 'happy together']);
  });

  test('and the wired one of the same emotion make one press', async () => {
    const box = createBox();
    box.onPage('sad', true);
    box.onPin('sad', true);
    await vi.advanceTimersByTimeAsync(100);
    box.leave();
    await vi.advanceTimersByTimeAsync(100);
    expect(box.seen).toEqual(['sad down']);
    box.onPin('sad', false);
    await vi.advanceTimersByTimeAsync(100);
    expect(box.seen).toEqual(['sad down', 'sad up']);
  });

  test('are let go of when a pointer vanished, so that the wired one is heard and nothing is ever stuck', async () => {
    const box = createBox({ stuckAfterMs: 15_000 });
    box.onPage('sad', true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(box.seen).toEqual(['sad down', 'sad up']);
    box.onPin('sad', true);
    await vi.advanceTimersByTimeAsync(100);
    box.onPin('sad', false);
    await vi.advanceTimersByTimeAsync(100);
    await box.tapOnPage('sad', 60);
    expect(box.seen.slice(2)).toEqual(['sad down', 'sad up', 'sad down', 'sad up']);
  });

  test('may be held as long as stopping the music can take', async () => {
    const box = createBox();
    box.onPage('sad', true);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(box.seen).toEqual(['sad down']);
  });
});
