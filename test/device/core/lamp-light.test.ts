import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createLampLight,
  GENTLE_MS,
  isMoving,
  LAMP_SHAPES,
  type LampLight,
  lightAt,
  showPattern,
} from '../../../device/core/lamp-light.ts';
import type { LampPattern } from '../../../device/core/ports.ts';

const PATTERNS = Object.keys(LAMP_SHAPES) as LampPattern[];

/** Shows each pattern at its time and looks at the lamp every 10 ms. */
function levelsOf(
  shows: readonly (readonly [atMs: number, LampPattern])[],
  isDimmable: boolean,
  endMs: number,
) {
  const levels: { atMs: number; level: number }[] = [];
  const told = new Map<number, LampPattern[]>();
  for (const [atMs, pattern] of shows) told.set(atMs, [...(told.get(atMs) ?? []), pattern]);
  let light: LampLight = createLampLight(isDimmable);
  for (let atMs = 0; atMs <= endMs; atMs += 10) {
    light = lightAt(light, atMs);
    for (const pattern of told.get(atMs) ?? []) light = showPattern(light, pattern, atMs);
    levels.push({ atMs, level: light.level });
  }
  return levels;
}

/** When the lamp began to brighten after it had not: a flash is two of them with a darkening between. */
function brightenings(levels: ReturnType<typeof levelsOf>): number[] {
  let isUp = false;
  return levels.slice(1).flatMap(({ atMs, level }, at) => {
    const before = levels[at]!.level;
    if (level < before) isUp = false;
    if (level <= before || isUp) return [];
    isUp = true;
    return [atMs];
  });
}

const spacing = (times: readonly number[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...times.slice(1).map((atMs, at) => atMs - times[at]!));

describe.each([
  ['a lamp that dims', true],
  ['a lamp that is on or off', false],
])('%s', (_, isDimmable) => {
  test.each(PATTERNS)('never brightens twice within a second while it shows %s', (pattern) => {
    expect(spacing(brightenings(levelsOf([[0, pattern]], isDimmable, 30_000)))).toBeGreaterThanOrEqual(
      GENTLE_MS,
    );
  });

  test('never brightens twice within a second, whatever it is told and when', () => {
    const show = fc.tuple(
      fc.nat({ max: 800 }).map((tick) => tick * 10),
      fc.constantFrom(...PATTERNS),
    );
    fc.assert(
      fc.property(fc.array(show, { maxLength: 40 }), (shows) => {
        const levels = levelsOf(shows, isDimmable, 12_000);
        expect(spacing(brightenings(levels))).toBeGreaterThanOrEqual(GENTLE_MS);
        expect(levels.filter(({ level }) => level < 0 || level > 1)).toEqual([]);
      }),
    );
  });

  test('has light in the very step that heard a press, also just after it went dark', () => {
    let light = showPattern(createLampLight(isDimmable), 'glow', 0);
    light = showPattern(light, 'ready', 1500);
    const dim = light.level;
    light = showPattern(light, 'glow', 1510);
    expect(light.level).toBeGreaterThan(dim);
  });

  test('keeps the light of a press for a second, also on top of a breath', () => {
    let light = showPattern(createLampLight(isDimmable), 'degraded', 0);
    for (let atMs = 0; atMs <= 1500; atMs += 10) light = lightAt(light, atMs);
    light = showPattern(light, 'confirm', 1500);
    const bright = light.level;
    light = showPattern(light, 'off', 1600);
    expect(lightAt(light, 2490).level).toBe(bright);
    expect(lightAt(light, 2600).level).toBe(0);
  });

  test('goes back by itself once its second is over', () => {
    let light = showPattern(createLampLight(isDimmable), 'glow', 0);
    light = showPattern(light, 'ready', 100);
    expect([light.level > 0.5, isMoving(light, 100)]).toEqual([true, true]);
    light = lightAt(light, GENTLE_MS);
    expect([light.level < 0.5, isMoving(light, GENTLE_MS)]).toEqual([true, false]);
  });
});

test('every pattern but ready and off is told apart by light that differs', () => {
  const seen = PATTERNS.map((pattern) => JSON.stringify(LAMP_SHAPES[pattern]));
  expect(new Set(seen).size).toBe(PATTERNS.length);
});

test('a breath takes at least two seconds', () => {
  for (const shape of Object.values(LAMP_SHAPES)) {
    if (shape.kind === 'breathing') expect(shape.periodMs).toBeGreaterThanOrEqual(2 * GENTLE_MS);
  }
});
