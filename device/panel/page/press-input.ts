/**
 * Mouse, touch, pen, keyboard and screen readers, all as the same thing: a button held by a source, then let go.
 * Nothing stays held when the page cannot hear the release: lost focus, hidden tab, cancelled pointer.
 */
import type { ButtonId } from '../../core/ports.ts';
import type { HeldButtons } from '../held-buttons.ts';

/** How long a screen reader's click, which has no length, holds a button beyond the time it takes to count, ms. */
const CLICK_HOLD_MS = 120;

/** A click this soon after a pointer let go is that pointer's own, ms. */
const POINTER_CLICK_MS = 800;

const ACTIVATION_KEYS = [' ', 'Enter'];

/** One button to listen to. */
export interface PressTarget {
  readonly id: ButtonId;
  /** The keyboard key that presses it from anywhere on the page. */
  readonly key: string;
  /** How long it is held before that counts as a press, ms. */
  readonly acceptMs: number;
  readonly element: HTMLButtonElement;
}

/** Starts listening; call the answer to stop. */
export function listenForPresses(targets: readonly PressTarget[], held: HeldButtons): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  for (const target of targets) listenToButton(target, held, signal);

  window.addEventListener(
    'keydown',
    (event) => {
      // The release of a key is not told while Meta is down (macOS), so nothing may stay held.
      if (event.key === 'Meta') held.releaseAll();
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      const target = targets.find(({ key }) => isKey(event, key));
      if (target) held.press(target.id, keySource(event));
    },
    { signal },
  );
  window.addEventListener('keyup', (event) => held.releaseSource(keySource(event)), { signal });
  window.addEventListener('blur', () => held.releaseAll(), { signal });
  window.addEventListener('pagehide', () => held.releaseAll(), { signal });
  document.addEventListener('visibilitychange', () => document.hidden && held.releaseAll(), { signal });

  return () => {
    held.releaseAll();
    listening.abort();
  };
}

function listenToButton(target: PressTarget, held: HeldButtons, signal: AbortSignal): void {
  const { id, element, acceptMs } = target;
  let pointerLetGoAtMs = Number.NEGATIVE_INFINITY;

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      // The release is then ours wherever the finger or the mouse has slid to.
      element.setPointerCapture(event.pointerId);
      held.press(id, `pointer:${event.pointerId}`);
    },
    { signal },
  );
  for (const kind of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    element.addEventListener(
      kind,
      (event) => {
        pointerLetGoAtMs = event.timeStamp;
        held.release(id, `pointer:${event.pointerId}`);
      },
      { signal },
    );
  }
  element.addEventListener(
    'keydown',
    (event) => {
      if (!ACTIVATION_KEYS.includes(event.key)) return;
      // Without this the browser would add a click of its own.
      event.preventDefault();
      if (!event.repeat) held.press(id, keySource(event));
    },
    { signal },
  );
  element.addEventListener('keyup', (event) => event.key === ' ' && event.preventDefault(), { signal });
  element.addEventListener(
    'click',
    (event) => {
      // Pointers and keys have been heard already; what is left comes from assistive technology.
      if (event.timeStamp - pointerLetGoAtMs < POINTER_CLICK_MS) return;
      held.press(id, 'click');
      setTimeout(() => held.release(id, 'click'), acceptMs + CLICK_HOLD_MS);
    },
    { signal },
  );
  // A long touch is a hold, not a wish for a menu.
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
}

/** By its place too, because on some layouts a digit needs Shift. */
function isKey(event: KeyboardEvent, key: string): boolean {
  return event.key === key || event.code === `Digit${key}` || event.code === `Numpad${key}`;
}

/** The place of the key: what it types may change between down and up. */
function keySource(event: KeyboardEvent): string {
  return `key:${event.code || event.key}`;
}
