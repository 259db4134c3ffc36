import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reportContent } from '../../../models/study/report/content.ts';
import { ablationWords, spacedWords, variantOf } from '../../../models/study/report/method-words.ts';
import { reportPage } from '../../../models/study/report/page.ts';
import { wilsonInterval } from '../../../models/study/report/seed-protocol-section.ts';
import type { StudySettings } from '../../../models/study/report/study-settings.ts';
import { writeReport } from '../../../models/study/report/write-report.ts';
import { CHROMIUM_PATH, launchChromium, NO_CHROMIUM } from '../../support/chromium.ts';
import { parseCsv } from '../../support/parse-csv.ts';
import { textContrasts } from '../../support/text-contrast.ts';
import { madeUpStudy, rowOf, scoreOf } from './made-up-scores.ts';

const SETTINGS: StudySettings = {
  dataName: 'made-up <people>',
  sha256: 'ab'.repeat(32),
  seed: 1,
  version: '0.1.0',
  quick: false,
  details: [['Press orders', '3']],
};
const STUDY = madeUpStudy();
const CONTENT = reportContent({ rows: STUDY, settings: SETTINGS });

/** Written once: the tests only look at it. */
const folder = mkdtempSync(join(tmpdir(), 'amecs-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeReport({ rows: STUDY, settings: SETTINGS, folder, extraFiles: { 'scores.csv': 'a\n' } });
const page = readFileSync(join(folder, 'report.html'), 'utf8');

describe('a report', () => {
  test('is a page, its tables, its figures and whatever else is given', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'comparisons.csv',
      'figures',
      'report.html',
      'scores.csv',
      'summary.csv',
      'targets.csv',
    ]);
    expect(readdirSync(join(folder, 'figures'))).toContain('realPeople-learning-curves.svg');
  });

  test('needs nothing but itself: no script, no address to load from', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
  });

  test('is the same to the byte from the same scores', () => {
    expect(reportPage(CONTENT)).toBe(page);
  });

  test('says whose data, which seed and which version, with names made harmless', () => {
    expect(page).toContain('made-up &lt;people&gt;');
    expect(page).not.toContain('<people>');
    for (const fact of ['ab'.repeat(32), 'Press orders', '0.1.0']) expect(page).toContain(fact);
  });

  test('says that it is no evidence about autistic children, at the top and beside the curves', () => {
    expect(CONTENT.overview.join(' ')).toContain('Nothing here is evidence about autistic children');
    expect(CONTENT.sections[0]!.lead).toContain('nothing here is evidence about autistic children');
  });

  test('says of a quick run that it is one', () => {
    const { overview } = reportContent({ rows: [], settings: { ...SETTINGS, quick: true } });
    expect(overview[0]).toContain('quick run');
  });

  test('gives trimmed mean, interval, both tests, effect size and who loses, in words', () => {
    const words = CONTENT.overview.join(' ');
    for (const part of [
      'trimmed mean',
      'interval over people',
      'paired t p',
      'Wilcoxon p',
      'd_z',
      'lose more than a point',
    ]) {
      expect(words).toContain(part);
    }
  });

  test('has a section for each protocol that was run, variants together', () => {
    expect(CONTENT.sections.map(({ id }) => id)).toEqual([
      'realPeople',
      'repeatedLibrary',
      'seedProtocol',
      'simulatedChildren',
    ]);
    const alone = reportContent({
      rows: STUDY.filter(({ protocol }) => protocol === 'seedProtocol'),
      settings: SETTINGS,
    });
    expect(alone.sections.map(({ id }) => id)).toEqual(['seedProtocol']);
  });

  test('has every figure a paper on it would have', () => {
    expect(CONTENT.sections.flatMap(({ figures }) => figures.map(({ name }) => name))).toEqual([
      'realPeople-learning-curves',
      'realPeople-gains',
      'realPeople-people',
      'realPeople-gain-by-person',
      'realPeople-parts',
      'realPeople-accuracy-by-model',
      'realPeople-calibration',
      'realPeople-confusion',
      'repeatedLibrary-curves',
      'seedProtocol-comparison',
      'seedProtocol-learners',
      'simulatedChildren-curves',
    ]);
  });

  test('shows a protocol it has never heard of like one of people', () => {
    const rows = STUDY.filter(({ protocol }) => protocol === 'realPeople').map((row) => ({
      ...row,
      protocol: 'transfer',
    }));
    const [section] = reportContent({ rows, settings: SETTINGS }).sections;
    expect(section!.title).toContain('transfer');
    expect(section!.figures.length).toBeGreaterThan(4);
  });

  test('says of whom and which songs population and prior are, of a transfer too', () => {
    const [transfer] = reportContent({
      rows: STUDY.filter(({ protocol }) => protocol === 'realPeople').map((row) => ({
        ...row,
        protocol: 'realPeopleTransfer',
      })),
      settings: SETTINGS,
    }).sections;
    expect(CONTENT.sections[0]!.lead).toContain('prior are trained on the others,');
    expect(transfer!.lead).toContain('prior come from another set of people and songs,');
    expect(transfer!.lead).not.toContain('the others');
    expect(transfer!.title).toBe('Real people: transfer');
    for (const { lead } of [CONTENT.sections[0]!, transfer!]) {
      expect(lead).toContain('only from songs with listeners’ own ratings');
    }
  });

  test('says what is missing where a part is taken away, of the parts shown', () => {
    const { caption } = CONTENT.sections[0]!.figures.find(({ name }) => name === 'realPeople-parts')!;
    expect(caption).toMatch(/No gate: the plain mean of the personal experts/);
    expect(caption).not.toMatch(/no timbre:/i);
    expect(ablationWords(['oursNoTimbre', 'ours', 'oursNoTimbre'])).toMatch(
      /^No timbre: [^;]* sound, too\.$/,
    );
  });

  test('of one method and one person is small, not broken', () => {
    const rows = [rowOf('population', 0, 'a', scoreOf(5, 3)), rowOf('ours', 0, 'a', scoreOf(5, 3))];
    const small = reportPage(reportContent({ rows, settings: SETTINGS }));
    expect(small).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('of nothing at all still says what it cannot show', () => {
    const { overview, sections, targets } = reportContent({ rows: [], settings: SETTINGS });
    expect(overview).toHaveLength(1);
    expect([sections, targets]).toEqual([[], []]);
  });

  test('prints no number that is none', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('targets', () => {
  const of = (name: string, presses: number) =>
    CONTENT.targets.find((target) => target.name.startsWith(name) && target.presses === presses)!;

  test('at no presses the method must be the population exactly', () => {
    expect(of('difference from the population', 0)).toMatchObject({ measured: 0, isMet: true });
  });

  test('are met at the bar itself, and missed below it', () => {
    const at = (correct: number) =>
      reportContent({
        rows: [rowOf('population', 5, 'a', scoreOf(200, 100)), rowOf('ours', 5, 'a', scoreOf(200, correct))],
        settings: SETTINGS,
      }).targets.find(({ name }) => name === 'gain over the population')!;
    expect(at(105)).toMatchObject({ measured: 2.5, isMet: true, isAimMet: false });
    expect(at(104)).toMatchObject({ measured: 2, isMet: false });
  });

  test('of numbers of presses that were not tried are not spoken of', () => {
    expect(CONTENT.targets.some(({ presses }) => presses === 75)).toBe(false);
    expect(of('repeated library', 200).must).toBe('≥ 61.5');
  });

  test('allow as many people to lose as of nineteen two', () => {
    expect(of('people who lose more than 1 point', 50).must).toBe('≤ 2');
    expect(of('people who lose more than 1 point', 200).must).toBe('≤ 1');
  });

  test('go out as a table too, one row each', () => {
    const rows = parseCsv(readFileSync(join(folder, 'targets.csv'), 'utf8'));
    expect(rows).toHaveLength(CONTENT.targets.length);
    expect(rows[0]).toMatchObject({ target: 'gain over the population', presses: '5', must: '≥ 2.5' });
  });
});

test('every comparison is in its table, in full precision', () => {
  const rows = parseCsv(readFileSync(join(folder, 'comparisons.csv'), 'utf8'));
  expect(rows).toHaveLength(CONTENT.comparisons.length);
  expect(Number(rows[0]!.gain)).toBe(CONTENT.comparisons[0]!.gain.mean);
});

test('names unknown to the report are shown as words', () => {
  expect(spacedWords('oursNoHindsight')).toBe('ours no hindsight');
  expect(variantOf('simulatedChildrenStrongTastes')).toBe('strong tastes');
  expect(variantOf('repeatedLibrary:own-label')).toBe('own label');
});

test('Wilson’s interval is scipy’s', () => {
  // scipy.stats.binomtest(226, 347).proportion_ci(method='wilson'): 0.5997460955529637, 0.6995343838776693
  const { low, high } = wilsonInterval(226, 347);
  expect(low).toBeCloseTo(59.97460955529637, 4);
  expect(high).toBeCloseTo(69.9534383877669, 4);
});

describe.skipIf(CHROMIUM_PATH === undefined)(
  `in a browser${CHROMIUM_PATH === undefined ? `: ${NO_CHROMIUM}` : ''}`,
  () => {
    /** Words that leave their figure, by more than a unit. */
    const STRAY_WORDS = `[...document.querySelectorAll('svg.figure')].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')]
      .filter((text) => {
        const box = text.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      })
      .map((text) => svg.getAttribute('aria-labelledby') + ': ' + text.textContent);
  })`;
    /** Words on words, but for numbers in the middle of a curve. */
    const CLASHES = `[...document.querySelectorAll('svg.figure')].flatMap((svg) => {
    const texts = [...svg.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    return texts.flatMap((a, at) => texts.slice(at + 1).filter((b) =>
      Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2 &&
      Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 5)
      .map((b) => svg.getAttribute('aria-labelledby') + ': ' + a.text + ' / ' + b.text));
  })`;

    test('no word of a figure leaves it, lies on another, or is too faint to read, light or dark', async () => {
      const browser = await launchChromium();
      try {
        const tab = await browser.newPage({ viewport: { width: 1000, height: 900 } });
        const asked: string[] = [];
        tab.on('request', (request) => asked.push(request.url()));
        await tab.goto(`file://${join(folder, 'report.html')}`);
        expect(asked).toHaveLength(1);
        expect(await tab.evaluate(STRAY_WORDS)).toEqual([]);
        expect(await tab.evaluate(CLASHES)).toEqual([]);
        for (const colorScheme of ['light', 'dark'] as const) {
          await tab.emulateMedia({ colorScheme });
          const faint = (await textContrasts(tab)).filter(({ ratio }) => ratio < 4.5);
          expect(faint, colorScheme).toEqual([]);
        }
      } finally {
        await browser.close();
      }
    });
  },
);
