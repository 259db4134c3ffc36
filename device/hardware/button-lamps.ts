/** The lamps in the buttons: turns the patterns they are told into light, moving it while it breathes. */
import { createLampLight, isMoving, type LampLight, lightAt, showPattern } from '../core/lamp-light.ts';
import type { ButtonId, Clock, Lamps } from '../core/ports.ts';
import type { LampOutput } from './lamp-outputs.ts';

/** 25 steps a second look like none, ms. */
const STEP_MS = 40;

export interface ButtonLamps extends Lamps {
  /** All dark. */
  close(): void;
}

/** Buttons without an output have no lamp. A lamp that fails is told once and tried again with each change. */
export function createButtonLamps(options: {
  readonly outputs: Readonly<Record<ButtonId, LampOutput>>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onFault: (reason: string) => void;
}): ButtonLamps {
  const { clock, outputs } = options;
  const lights = new Map<ButtonId, LampLight>(
    Object.entries(outputs).map(([button, { isDimmable }]) => [button, createLampLight(isDimmable)]),
  );
  const failed = new Set<ButtonId>();
  let timer: NodeJS.Timeout | undefined;

  function become(button: ButtonId, after: LampLight): void {
    const before = lights.get(button)!;
    lights.set(button, after);
    if (after.level === before.level) return;
    try {
      outputs[button]!.set(after.level);
      failed.delete(button);
    } catch (error) {
      if (!failed.has(button)) options.onFault(`The lamp of ${button} failed: ${(error as Error).message}.`);
      failed.add(button);
    }
  }

  function moveOn(): void {
    const nowMs = clock.monotonicMs();
    for (const [button, light] of lights) become(button, lightAt(light, nowMs));
    keepMoving(nowMs);
  }

  /** No timer while every lamp is steady: that is nearly always. */
  function keepMoving(nowMs: number): void {
    clearTimeout(timer);
    timer = [...lights.values()].some((light) => isMoving(light, nowMs))
      ? setTimeout(moveOn, STEP_MS)
      : undefined;
  }

  return {
    show(button, pattern) {
      const light = lights.get(button);
      if (light === undefined) return;
      const nowMs = clock.monotonicMs();
      become(button, showPattern(light, pattern, nowMs));
      keepMoving(nowMs);
    },
    close() {
      clearTimeout(timer);
      lights.clear();
      for (const output of Object.values(outputs)) {
        try {
          output.close();
        } catch {} // It failed before and was told then.
      }
    },
  };
}
