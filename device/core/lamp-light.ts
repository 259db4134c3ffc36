/**
 * How bright each lamp is while it shows a pattern. Pure: time comes in, monotonic ms.
 * Light comes at once, because a press must have it; once it has come it stays for a second before it may go down
 * again. So however fast a child drums, no lamp brightens twice within a second (WCAG 2.2, 2.3.1 allows three).
 */
import type { LampPattern } from './ports.ts';

/** The fastest any lamp may brighten again, ms. */
export const GENTLE_MS = 1000;

/** Levels are brightness as seen, 0 to 1; a breath goes up and down once in its period. */
export type LampShape =
  | { readonly kind: 'steady'; readonly level: number }
  | { readonly kind: 'breathing'; readonly low: number; readonly high: number; readonly periodMs: number };

export const LAMP_SHAPES: Readonly<Record<LampPattern, LampShape>> = {
  off: { kind: 'steady', level: 0 },
  ready: { kind: 'steady', level: 0.2 },
  glow: { kind: 'steady', level: 0.7 },
  confirm: { kind: 'steady', level: 1 },
  // A resting child breathes about this slowly.
  resting: { kind: 'breathing', low: 0.05, high: 0.4, periodMs: 6000 },
  degraded: { kind: 'breathing', low: 0, high: 0.6, periodMs: 4000 },
};

/** A lamp that is only on or off is on from this level: dark while ready, lit while glowing. */
const LIT_FROM = 0.3;

export interface LampLight {
  readonly pattern: LampPattern;
  readonly sinceMs: number;
  /** What the lamp shows now. */
  readonly level: number;
  /** When it began to brighten last, or was last told of a light at least as bright. */
  readonly brightenedAtMs: number;
  readonly isBrightening: boolean;
  readonly isDimmable: boolean;
}

export function createLampLight(isDimmable: boolean): LampLight {
  const brightenedAtMs = Number.NEGATIVE_INFINITY;
  return { pattern: 'off', sinceMs: 0, level: 0, brightenedAtMs, isBrightening: false, isDimmable };
}

/** Another pattern from now on. */
export function showPattern(light: LampLight, pattern: LampPattern, atMs: number): LampLight {
  if (pattern === light.pattern) return lightAt(light, atMs);
  // What brightens from here on is a new brightening, even on top of a breath that was going up.
  const shown = { ...light, pattern, sinceMs: atMs, isBrightening: false };
  const isDarker = wantedLevel(shown, atMs) < light.level;
  return lightAt(isDarker ? shown : { ...shown, brightenedAtMs: atMs }, atMs);
}

/** The lamp as time has gone on; call it every few hundredths of a second while `isMoving`. */
export function lightAt(light: LampLight, atMs: number): LampLight {
  const wanted = wantedLevel(light, atMs);
  if (wanted > light.level) {
    const brightenedAtMs = light.isBrightening ? light.brightenedAtMs : atMs;
    return { ...light, level: wanted, isBrightening: true, brightenedAtMs };
  }
  if (wanted === light.level || atMs - light.brightenedAtMs < GENTLE_MS) return light;
  return { ...light, level: wanted, isBrightening: false };
}

/** Will the lamp change without being told to? */
export function isMoving(light: LampLight, atMs: number): boolean {
  return LAMP_SHAPES[light.pattern].kind === 'breathing' || wantedLevel(light, atMs) !== light.level;
}

function wantedLevel({ pattern, sinceMs, isDimmable }: LampLight, atMs: number): number {
  const shape = LAMP_SHAPES[pattern];
  const level = shape.kind === 'steady' ? shape.level : breathLevel(shape, atMs - sinceMs);
  return isDimmable ? level : level >= LIT_FROM ? 1 : 0;
}

/** Begins at its lowest. */
function breathLevel(shape: Extract<LampShape, { kind: 'breathing' }>, elapsedMs: number): number {
  const { low, high, periodMs } = shape;
  return low + ((high - low) * (1 - Math.cos((2 * Math.PI * elapsedMs) / periodMs))) / 2;
}
