/** Pictures are whole, safe and true: well-formed for any title, nothing to load, every view in its place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOverview } from '../../../../device/music/portrait/overview.ts';
import { pngOf } from '../../../../device/music/portrait/png.ts';
import { placeOf, reachOf, type SongPortrait } from '../../../../device/music/portrait/portrait.ts';
import { svgPortrait } from '../../../../device/music/portrait/svg-portrait.ts';
import { terminalPortrait } from '../../../../device/music/portrait/terminal-portrait.ts';
import type { PerEmotion } from '../../../../models/emotions.ts';

const maker = createOverview({ sampleRateHz: 8000, channels: 1, durationMs: 2000, columnCount: 20 });
maker.write([Float32Array.from({ length: 16_000 }, (_, at) => 0.3 * Math.sin(at / 5))]);
const overview = maker.finish();

const SAD: PerEmotion = [0.1, 0.2, 0.6, 0.1];
const HAPPY: PerEmotion = [0.7, 0.1, 0.1, 0.1];

const SONG: SongPortrait = {
  title: 'Für Elise',
  artist: 'Ludwig',
  overview,
  facts: ['0:02', '−14.2 LUFS'],
  window: { startMs: 500, endMs: 1500 },
  opinions: { population: SAD, child: SAD },
  presses: 3,
  others: [HAPPY, SAD],
};

/** Elements opened and closed in order, text and attributes escaped; what a browser demands of SVG. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  const faults: string[] = [];
  const tags = /<(\/?)([a-zA-Z]+)((?:\s[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  const rest = svg
    .replaceAll(/<style>[^<]*<\/style>/g, '')
    .replaceAll(tags, (_, end: string, name: string, _attributes, isEmpty: string) => {
      if (end === '/' && open.pop() !== name) faults.push(name);
      if (end !== '/' && isEmpty !== '/') open.push(name);
      return '';
    });
  expect(faults).toEqual([]);
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
  expect(rest).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
}

describe('the SVG', () => {
  test('is well-formed whatever the song is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'binary' }),
        (title, artist) => {
          expectWellFormed(svgPortrait({ ...SONG, title, artist }));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('runs nothing and loads nothing', () => {
    const cover = { mimeType: 'image/png', bytes: pngOf(1, 1, () => [1, 2, 3]) };
    const svg = svgPortrait({ ...SONG, title: '"><script>alert(1)</script>', cover });
    expect(svg).not.toMatch(/<script|<foreignObject|javascript:|onload=|url\((?!#)|@import/);
    for (const [, target] of svg.matchAll(/href="([^"]*)"/g))
      expect(target).toMatch(/^data:image\/png;base64,/);
    expect(svg.match(/data:image/g)).toHaveLength(2);
  });

  test('has a diamond for the child only where the child hears otherwise', () => {
    expect(svgPortrait(SONG)).not.toContain('class="child"');
    expect(svgPortrait(SONG)).toContain('This child agrees');
    const own = svgPortrait({ ...SONG, opinions: { population: SAD, child: HAPPY }, presses: 1 });
    expect(own).toContain('class="child"');
    expect(own).toContain('after 1 press<');
  });

  test('has every number finite, also of silence and without opinions', () => {
    const silence = createOverview({ sampleRateHz: 8000, channels: 1, durationMs: 10, columnCount: 40 });
    silence.write([new Float32Array(80)]);
    const { opinions: _, ...unheard } = SONG;
    const svg = svgPortrait({ ...unheard, overview: silence.finish(), others: [] });
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svgPortrait(SONG)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('marks the stretch the features describe, but not where that is the whole song', () => {
    expect(svgPortrait(SONG)).toContain('the 1 s the box goes by');
    expect(svgPortrait({ ...SONG, window: { startMs: 0, endMs: 2000 } })).not.toContain('class="bracket"');
  });
});

describe('on the plane', () => {
  test.each<[string, PerEmotion, number, number]>([
    ['happy is pleasant and lively', [1, 0, 0, 0], 1, 1],
    ['angry is unpleasant and lively', [0, 1, 0, 0], -1, 1],
    ['sad is unpleasant and quiet', [0, 0, 1, 0], -1, -1],
    ['calm is pleasant and quiet', [0, 0, 0, 1], 1, -1],
    ['no opinion is the middle', [0.25, 0.25, 0.25, 0.25], 0, 0],
  ])('%s', (_, shares, valence, arousal) => {
    expect(placeOf(shares)).toEqual({ valence, arousal });
  });

  test('every place lies within its reach', () => {
    const place = fc.record({
      valence: fc.double({ min: -1, max: 1, noNaN: true }),
      arousal: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(place), (places) => {
        const reach = reachOf(places);
        expect(reach).toBeLessThanOrEqual(1);
        for (const { valence, arousal } of places) {
          expect(Math.max(Math.abs(valence), Math.abs(arousal))).toBeLessThanOrEqual(reach);
        }
      }),
    );
  });
});

describe('on the terminal', () => {
  test('it says what is heard, within the width, without colours where there are none', () => {
    const lines = terminalPortrait({ ...SONG, opinions: { population: SAD, child: HAPPY } }, 60, false);
    expect(lines.slice(0, 3)).toEqual(['Für Elise', 'Ludwig', '0:02 · −14.2 LUFS']);
    const text = lines.join('\n');
    expect(text).toMatch(/before any press[\s\S]*sad {3}█+·+ {2}60 %/);
    expect(text).toMatch(/this child hears[\s\S]*happy █+·+ {2}70 %/);
    expect(text).toContain('○');
    expect(text).toContain('◆');
    expect(text).not.toContain('\u001b');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  test('colours begin and end on every line', () => {
    for (const line of terminalPortrait(SONG, 80, true)) {
      const begun = line.split('\u001b[38;2;').length - 1;
      expect(line.split('\u001b[39m').length - 1).toBe(begun);
    }
  });
});

test('a PNG is what the standard says', () => {
  const png = pngOf(3, 2, (column, row) => [column, row, 255]);
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
  // CRC-32 of the four letters IEND, from the standard.
  expect(png.subarray(-4).toString('hex')).toBe('ae426082');
});
