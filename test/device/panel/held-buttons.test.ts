import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createHeldButtons, LET_GO_AFTER_MS } from '../../../device/panel/held-buttons.ts';

function recorded() {
  const edges: string[] = [];
  const held = createHeldButtons((button, isDown) => edges.push(`${button} ${isDown ? 'down' : 'up'}`));
  return { held, edges };
}

describe('held buttons', () => {
  test('two sources on one button are one press, until both let go', () => {
    const { held, edges } = recorded();
    held.press('sad', 'key:Digit3');
    held.press('sad', 'pointer:1');
    held.release('sad', 'key:Digit3');
    expect(edges).toEqual(['sad down']);
    held.release('sad', 'pointer:1');
    expect(edges).toEqual(['sad down', 'sad up']);
  });

  test('a source that goes lets go of what it alone held', () => {
    const { held, edges } = recorded();
    held.press('sad', 'page:1');
    held.press('calm', 'page:1');
    held.press('calm', 'page:2');
    held.releaseSource('page:1');
    expect(edges).toEqual(['sad down', 'calm down', 'sad up']);
  });

  test('a release by someone who does not hold is nothing', () => {
    const { held, edges } = recorded();
    held.press('sad', 'page:1');
    held.release('sad', 'page:2');
    held.release('calm', 'page:1');
    expect(edges).toEqual(['sad down']);
  });

  test('a source that vanished lets go after a while, and its late release is nothing', () => {
    vi.useFakeTimers();
    const { held, edges } = recorded();
    held.press('sad', 'pointer:1');
    vi.advanceTimersByTime(LET_GO_AFTER_MS - 1);
    expect(edges).toEqual(['sad down']);
    vi.advanceTimersByTime(1);
    held.press('sad', 'pointer:2');
    held.release('sad', 'pointer:1');
    expect(edges).toEqual(['sad down', 'sad up', 'sad down']);
    held.release('sad', 'pointer:2');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('whatever the sources do, each button alternates down and up, and ends up after all are released', () => {
    const button = fc.constantFrom('a', 'b');
    const source = fc.constantFrom('1', '2', '3');
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('press' as const, 'release' as const), button, source }),
      fc.record({ kind: fc.constant('releaseSource' as const), source }),
      fc.record({ kind: fc.constant('releaseAll' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { held, edges } = recorded();
        for (const step of steps) {
          if (step.kind === 'releaseAll') held.releaseAll();
          else if (step.kind === 'releaseSource') held.releaseSource(step.source);
          else held[step.kind](step.button, step.source);
        }
        held.releaseAll();
        for (const name of ['a', 'b']) {
          const own = edges.filter((edge) => edge.startsWith(name));
          expect(own).toEqual(own.map((_, n) => `${name} ${n % 2 === 0 ? 'down' : 'up'}`));
          expect(own.length % 2).toBe(0);
        }
      }),
    );
  });
});
