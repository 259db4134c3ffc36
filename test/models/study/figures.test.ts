import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Figure, inlineSvg, standaloneSvg } from '../../../models/study/figures/figure.ts';
import { linePanel } from '../../../models/study/figures/line-panel.ts';
import { linearScale, pressesScale, spreadHeights } from '../../../models/study/figures/plot-area.ts';
import { coordinate, escapeXml, fixed, signed } from '../../../models/svg-text.ts';

describe('an even scale', () => {
  test('ends at ticks people count in, around all numbers', () => {
    const span = fc.tuple(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    );
    fc.assert(
      fc.property(span, ([low, width]) => {
        const { at, ticks } = linearScale(low, low + width, 0, 100);
        expect(at(low)).toBeGreaterThanOrEqual(-1e-6);
        expect(at(low + width)).toBeLessThanOrEqual(100 + 1e-6);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(at(ticks[0]!)).toBeCloseTo(0, 6);
        expect(at(ticks.at(-1)!)).toBeCloseTo(100, 6);
      }),
    );
  });

  test('has 0 as a tick where numbers lie on both sides of it', () => {
    expect(linearScale(-3.3, 8.1, 0, 100).ticks).toContain(0);
  });

  test('of one number is still a scale', () => {
    const { at, ticks } = linearScale(5, 5, 0, 100);
    expect(Number.isFinite(at(5))).toBe(true);
    expect(ticks.length).toBeGreaterThan(1);
  });
});

test('presses are spread so that 0 has a place and early ones have room', () => {
  const { at, ticks } = pressesScale([200, 0, 5, 10, 5], 0, 100);
  expect(ticks).toEqual([0, 5, 10, 200]);
  expect(at(0)).toBe(0);
  expect(at(200)).toBe(100);
  expect(at(5)).toBeGreaterThan(15);
  expect(pressesScale([50], 0, 100).at(50)).toBe(50);
});

test('labels keep their distance, their order, and as far as they can their place', () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(wanted, (heights) => {
      const spread = spreadHeights(heights, 15, -1000, 1000);
      const order = heights.map((_, at) => at).sort((a, b) => heights[a]! - heights[b]!);
      for (const [at, index] of order.entries()) {
        if (at > 0) expect(spread[index]! - spread[order[at - 1]!]!).toBeGreaterThanOrEqual(15 - 1e-9);
      }
    }),
  );
  expect(spreadHeights([10, 100], 15, 0, 200)).toEqual([10, 100]);
  expect(spreadHeights([50, 50], 15, 0, 200)).toEqual([42.5, 57.5]);
  expect(spreadHeights([0], 15, 5, 200)).toEqual([5]);
});

describe('numbers', () => {
  test.each([
    [-0.04, 1, '0.0'],
    [-1.25, 1, '−1.3'],
    [3, 0, '3'],
  ])('%d with %d decimals is %s', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  test('have a plus sign where they are above 0, and none at 0', () => {
    expect([signed(1.23, 1), signed(-1.23, 1), signed(0.01, 1)]).toEqual(['+1.2', '−1.2', '0.0']);
  });

  test('as coordinates have a tenth of a unit and no negative zero', () => {
    expect([coordinate(1.26), coordinate(-0.01)]).toEqual(['1.3', '0']);
  });
});

test('text is harmless whatever it holds', () => {
  expect(escapeXml('<a href="x">&\u0007</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
});

describe('a panel of lines', () => {
  const look = { tone: 'blue', marker: 'circle', dash: 'solid', isBold: true } as const;
  const point = (presses: number, value: number, people = 19) => ({
    presses,
    value,
    people,
    interval: undefined,
  });
  const panel = (points: readonly ReturnType<typeof point>[]): string =>
    linePanel(
      {
        title: 'Title',
        yLabel: 'accuracy, %',
        format: (value) => fixed(value, 0),
        series: [{ ...look, label: 'this method', points }],
        labelRoom: 100,
      },
      { x: 0, y: 0, width: 500, height: 300 },
    );

  test('joins points of the same people, and leads on to others by dots only', () => {
    const joined = panel([point(50, 56), point(100, 57), point(200, 56, 10)]);
    expect(joined.match(/class="line solid bold/g)).toHaveLength(1);
    expect(joined.match(/class="line dotted/g)).toHaveLength(1);
  });

  test('says below every number of presses how many people it rests on', () => {
    expect(panel([point(50, 56), point(200, 56, 10)])).toMatch(/>19<.*>10</s);
  });

  test('names its line beside it, so that no legend is needed', () => {
    expect(panel([point(50, 56)])).toContain('>this method<');
  });
});

const FIGURE: Figure = {
  name: 'one',
  title: 'A & B',
  caption: 'What it is.',
  width: 10,
  height: 5,
  body: '<g/>',
};

test('a figure in a page has a name for those who cannot see it', () => {
  expect(inlineSvg(FIGURE)).toContain('aria-labelledby="title-one"><title id="title-one">A &amp; B</title>');
});

test('a figure by itself carries its style, its paper and its caption', () => {
  const svg = standaloneSvg(FIGURE);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="10" height="5"/);
  expect(svg).toContain('<desc>What it is.</desc>');
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(svg).not.toContain('var(--');
});
