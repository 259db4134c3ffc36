/** What every kind of button must do, whatever wires lead to it: one suite, run on each adapter. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ButtonEdge, ButtonId, ButtonNotice } from '../../../device/core/ports.ts';
import { DEFAULT_PRESS_RULES, type PressRules } from '../../../device/core/press-filter.ts';
import { type Hands, openHands } from '../../../device/hardware/open-hands.ts';
import { createPressedButtons } from '../../../device/hardware/pressed-buttons.ts';
import type { ButtonsRig } from './buttons-rigs.ts';

export interface Bench {
  readonly hands: Hands;
  readonly edges: readonly ButtonEdge[];
  readonly notices: readonly ButtonNotice[];
  /** Sentences for people. */
  readonly told: readonly string[];
  close(): Promise<void>;
}

/** The rig's buttons, opened and listened to. */
export async function openBench(rig: ButtonsRig, rules: Partial<PressRules> = {}): Promise<Bench> {
  const told: string[] = [];
  const each = { ...DEFAULT_PRESS_RULES, ...rules };
  const clock = { monotonicMs: () => performance.now() };
  const hands = await openHands({
    settings: rig.wiring,
    clock,
    tell: (sentence) => void told.push(sentence),
    edges: rig.edges,
  });
  await vi.advanceTimersByTimeAsync(1000);
  const buttons = createPressedButtons({
    sources: hands.contacts,
    settings: { togetherMs: 100, buttons: { happy: each, sad: each } },
    clock,
  });
  const edges: ButtonEdge[] = [];
  const notices: ButtonNotice[] = [];
  buttons.onEdge((edge) => edges.push(edge));
  buttons.onNotice?.((notice) => notices.push(notice));
  const close = async (): Promise<void> => {
    await buttons.close();
    hands.close();
  };
  return { hands, edges, notices, told, close };
}

export function buttonsContract(name: string, createRig: () => ButtonsRig): void {
  describe(`buttons by ${name}`, () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
    const tap = async (rig: ButtonsRig, button: ButtonId, heldMs: number): Promise<void> => {
      rig.set(button, true);
      await pass(heldMs);
      rig.set(button, false);
      await pass(300);
    };
    const runs = (edges: readonly ButtonEdge[]) =>
      edges.map(({ button, isDown }) => `${button} ${isDown ? 'down' : 'up'}`);

    test('tell a press within the call that brought it, and at its time', async () => {
      const rig = createRig();
      const bench = await openBench(rig);
      const atMs = performance.now();
      rig.set('happy', true);
      expect(runs(bench.edges)).toEqual(['happy down']);
      expect(Math.abs(bench.edges[0]!.atMs - atMs)).toBeLessThan(0.01);
      await bench.close();
    });

    test.each([8, 80, 800])('make exactly one press of one held %i ms', async (heldMs) => {
      const rig = createRig();
      const bench = await openBench(rig);
      await tap(rig, 'happy', heldMs);
      expect(runs(bench.edges)).toEqual(['happy down', 'happy up']);
      await bench.close();
    });

    test('make exactly one press of 30 bounces in 20 ms', async () => {
      const rig = createRig();
      const bench = await openBench(rig);
      for (let i = 0; i < 31; i++) {
        rig.set('sad', i % 2 === 0);
        await pass(i % 3 === 2 ? 0 : 1);
      }
      await pass(300);
      expect(runs(bench.edges)).toEqual(['sad down']);
      rig.set('sad', false);
      await pass(300);
      expect(runs(bench.edges)).toEqual(['sad down', 'sad up']);
      await bench.close();
    });

    test('hear each of 200 presses once, whichever button', async () => {
      const rig = createRig();
      const bench = await openBench(rig);
      const pressed = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 'happy' : 'sad'));
      for (const button of pressed) await tap(rig, button, 40);
      expect(bench.edges.filter(({ isDown }) => isDown).map(({ button }) => button)).toEqual(pressed);
      await bench.close();
    });

    test('say which touches were no presses, and why', async () => {
      const rig = createRig();
      const bench = await openBench(rig, { acceptMs: 50 });
      await tap(rig, 'happy', 20);
      await tap(rig, 'happy', 80);
      expect(bench.notices).toMatchObject([{ kind: 'ignored', button: 'happy', reason: 'tooShort' }]);
      expect(runs(bench.edges)).toEqual(['happy down', 'happy up']);
      await bench.close();
    });

    test('say when a button is stuck, and when it is free again', async () => {
      const rig = createRig();
      const bench = await openBench(rig, { stuckAfterMs: 15_000 });
      rig.set('happy', true);
      await pass(16_000);
      expect(runs(bench.edges)).toEqual(['happy down', 'happy up']);
      rig.set('happy', false);
      await pass(100);
      expect(bench.notices.map(({ kind }) => kind)).toEqual(['stuck', 'freed']);
      await bench.close();
    });

    test('are silent once closed, and let go of the machine', async () => {
      const rig = createRig();
      const bench = await openBench(rig);
      expect(rig.isInUse()).toBe(true);
      await bench.close();
      expect(rig.isInUse()).toBe(false);
      rig.set('happy', true);
      await pass(5000);
      expect(bench.edges).toEqual([]);
      expect(bench.told).toEqual([]);
    });

    test('that go away let go of what was held, are told once, and are heard again by themselves', async () => {
      const rig = createRig();
      if (rig.unplug === undefined) return;
      const bench = await openBench(rig);
      await pass(20_000);
      rig.set('happy', true);
      await pass(100);
      rig.unplug();
      await pass(10_000);
      expect(runs(bench.edges)).toEqual(['happy down', 'happy up']);
      rig.plugIn?.();
      await pass(2500);
      await tap(rig, 'sad', 50);
      expect(runs(bench.edges).slice(2)).toEqual(['sad down', 'sad up']);
      expect(new Set(bench.told).size).toBe(bench.told.length);
      expect(bench.told.at(-1)).toMatch(/heard again/);
      await bench.close();
    });
  });
}
