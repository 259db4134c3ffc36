/** `amecs model train` as a researcher uses it: what is asked, refused, told and written. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { featureNames } from '../../../../models/features/hear-song.ts';
import { loadPopulation } from '../../../../models/population/load-population.ts';
import { modelCommand } from '../../../../provisioning/cli/model-command.ts';
import { writeDeamFolder } from '../../../support/deam-folder.ts';
import { madeUpListeners } from '../../../support/made-up-listeners.ts';
import { createRecordingTerminal, type RecordingTerminal } from '../../../support/recording-terminal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function train(
  argv: readonly string[],
  terminal: RecordingTerminal = createRecordingTerminal(),
): Promise<{ code: number; out: string; errors: string }> {
  const code = await modelCommand.run(['train', ...argv], terminal);
  return { code, out: terminal.outLines.join('\n'), errors: terminal.errorLines.join('\n') };
}

const { songs, ratings } = madeUpListeners({ songs: 24, raters: 3 });
const onScale = (x: number): number => 5 + 4 * x;
const FEATURE_ROWS = songs.map(({ songId, features }) => [songId, ...features].join(',')).join('\n');

/** The made-up listeners in DEAM's layout; single ratings name the emotion by a point in its quadrant. */
function deamFolder(): string {
  const folder = temporaryFolder();
  const points = { happy: '7,7', angry: '3,7', sad: '3,3', calm: '7,3' } as const;
  writeDeamFolder(folder, {
    averaged: songs
      .map(
        ({ songId, averaged }) =>
          `${songId},${onScale(averaged!.valence)},1,${onScale(averaged!.arousal)},1\n`,
      )
      .join(''),
    averagedLater: '',
    ratings: ratings.map(({ rater, songId, emotion }) => `${rater},${songId},${points[emotion]}\n`).join(''),
    tables: { 'deam_agg_features_librosa.csv': `song_id,${featureNames.join(',')}\n${FEATURE_ROWS}\n` },
  });
  return folder;
}

describe('how it is called', () => {
  test.each([
    [[], /Say what to learn from/],
    [['--data', 'a', '--ratings', 'b', '--features', 'c'], /Say what to learn from/],
    [['--ratings', 'b'], /Say what to learn from/],
    [['somewhere'], /Name the data with --data DIR/],
    [['--data', 'a', '--seed', 'x'], /--seed x is not a whole number/],
    [['--data', 'a', '--learner', 'oracle'], /There is no learner "oracle".*\n +gpForest: /],
  ])('%j is answered with how it is meant', async (argv, words) => {
    await expect(train(argv)).rejects.toThrow(words);
  });

  test('a folder that is not DEAM is told by what it lacks', async () => {
    const { code, errors } = await train(['--data', temporaryFolder()]);
    expect(code).toBe(1);
    expect(errors).toMatch(/deam_agg_features_librosa\.csv: there is no such file/);
  });

  test('a folder without audio has nothing for the ears', async () => {
    await expect(train(['--data', deamFolder(), '--ears'])).rejects.toThrow(/holds no audio of DEAM/);
  });
});

describe('a model', () => {
  test('is trained, judged, written, and opened by a box; made again it has the same bytes', async () => {
    const data = deamFolder();
    const [out, again] = [join(temporaryFolder(), 'new', 'folder'), temporaryFolder()];
    const said = await train(['--data', data, '--learner', 'ridge', '--seed', '5', '--out', out]);
    expect(said.errors).toBe('');
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/^DEAM: 24 songs, 72 ratings\. Learner ridge\./);
    expect(said.out).toMatch(/says what the trainer says: at most \S+ apart/);
    expect(readdirSync(out).sort()).toEqual([
      'README.md',
      'model-card.json',
      'population.onnx',
      'prior.json',
    ]);
    const loaded = await loadPopulation(new URL(`file://${out}/population.onnx`));
    expect(loaded).toMatchObject({ kind: 'loaded', population: { id: expect.stringMatching(/^ridge-/) } });
    // The page must not tell where it was made.
    expect(readFileSync(join(out, 'README.md'), 'utf8')).not.toContain(data);
    await train(['--data', data, '--learner', 'ridge', '--seed', '5', '--out', again]);
    for (const name of readdirSync(out)) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(out, name))), name).toBe(true);
    }
  });

  test('is trained on anybody’s listeners too', async () => {
    const folder = temporaryFolder();
    const files = { ratings: join(folder, 'people.csv'), features: join(folder, 'sounds.csv') };
    writeFileSync(
      files.ratings,
      `rater,song,emotion\n${ratings.map((r) => `${r.rater},${r.songId},${r.emotion}`).join('\n')}\n`,
    );
    writeFileSync(files.features, `song,${featureNames.join(',')}\n${FEATURE_ROWS}\n`);
    const out = join(folder, 'out');
    const argv = [
      '--ratings',
      files.ratings,
      '--features',
      files.features,
      '--learner',
      'ridge',
      '--out',
      out,
    ];
    expect(await train(argv)).toMatchObject({ code: 0, errors: '' });
    const page = readFileSync(join(out, 'README.md'), 'utf8');
    expect(page).toContain('people: 24 songs, 72 ratings of 3 raters.');
    expect(page).not.toContain('DEAM');
  });

  test('that cannot be learnt is told, and nothing is written', async () => {
    const data = deamFolder();
    writeDeamFolder(data, {
      averaged: '1,5,1,5,1\n',
      averagedLater: '',
      ratings: '',
      tables: { 'deam_agg_features_librosa.csv': `song_id,${featureNames.join(',')}\n${FEATURE_ROWS}\n` },
    });
    const out = join(temporaryFolder(), 'out');
    const { code, errors } = await train(['--data', data, '--out', out]);
    expect(code).toBe(1);
    expect(errors).toMatch(/^Nothing was trained: .*at least 2/);
    expect(existsSync(out)).toBe(false);
  });

  test('whose folder cannot be written is told with what to do', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, errors } = await train([
      '--data',
      deamFolder(),
      '--learner',
      'ridge',
      '--out',
      join(file, 'x'),
    ]);
    expect(code).toBe(1);
    expect(errors).toMatch(/cannot be written \(ENOTDIR\)\. Choose another folder with --out DIR\./);
  });

  test.each([
    ['before it began', (terminal: RecordingTerminal) => terminal.stop()],
    ['in the middle', () => {}],
  ])('is given up at Ctrl-C %s', async (_, stopEarly) => {
    const out = join(temporaryFolder(), 'out');
    const terminal = createRecordingTerminal();
    stopEarly(terminal);
    const watched = { ...terminal, progress: () => terminal.stop() };
    expect((await train(['--data', deamFolder(), '--out', out], watched)).code).toBe(130);
    expect(existsSync(out)).toBe(false);
  });
});
