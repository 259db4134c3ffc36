/**
 * Turns what several sources do to the same buttons into one clean run of edges a button: down when the first source
 * presses, up when the last one lets go. The page uses it for pointers and keys, the box for its open pages.
 * Runs in the browser too, so it imports types only.
 */
import type { ButtonId } from '../core/ports.ts';

/**
 * Nobody holds a button longer than this: the pointer vanished without a word, or the page froze. Longer than the
 * longest hold that stops the music (10 s), shorter than the shortest time after which a button is stuck (15 s), ms.
 */
export const LET_GO_AFTER_MS = 12_000;

/** Who holds what. A source is any name unique to it, such as `pointer:3` or `page:1`. */
export interface HeldButtons {
  press(button: ButtonId, source: string): void;
  release(button: ButtonId, source: string): void;
  /** Let go of everything this source holds. */
  releaseSource(source: string): void;
  releaseAll(): void;
}

/** `onEdge` is called once for each change, never twice for the same state. */
export function createHeldButtons(onEdge: (button: ButtonId, isDown: boolean) => void): HeldButtons {
  const sourcesByButton = new Map<ButtonId, Set<string>>();
  const timers = new Map<ButtonId, ReturnType<typeof setTimeout>>();

  function letGo(button: ButtonId): void {
    clearTimeout(timers.get(button));
    timers.delete(button);
    if (sourcesByButton.delete(button)) onEdge(button, false);
  }

  function release(button: ButtonId, source: string): void {
    const sources = sourcesByButton.get(button);
    if (!sources?.delete(source) || sources.size > 0) return;
    letGo(button);
  }

  return {
    press(button, source) {
      const sources = sourcesByButton.get(button);
      if (sources) {
        sources.add(source);
        return;
      }
      sourcesByButton.set(button, new Set([source]));
      timers.set(
        button,
        setTimeout(() => letGo(button), LET_GO_AFTER_MS),
      );
      onEdge(button, true);
    },
    release,
    releaseSource(source) {
      for (const button of [...sourcesByButton.keys()]) release(button, source);
    },
    releaseAll() {
      for (const button of [...sourcesByButton.keys()]) letGo(button);
    },
  };
}
