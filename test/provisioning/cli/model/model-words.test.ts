import { describe, expect, test } from 'vitest';
import { createSongOpinions } from '../../../../device/learning/song-opinions.ts';
import { handMadePrior } from '../../../../models/child/prior.ts';
import { type ModelView, viewModel } from '../../../../provisioning/cli/model/model-view.ts';
import { modelLines, songBeliefLines } from '../../../../provisioning/cli/model/model-words.ts';
import { cellWidth } from '../../../../provisioning/cli/text-table.ts';
import { boxRecord, type Press, pressesOfChild, QUIET, testOpinions } from './child-record.ts';

async function viewOf(
  songCount: number,
  presses: readonly Press[],
  opinions = testOpinions(),
): Promise<ModelView> {
  return (await viewModel(boxRecord(songCount, presses), opinions, handMadePrior(), QUIET))!;
}

const calmChild = (): Promise<ModelView> => viewOf(24, pressesOfChild(96, 24, { sad: 'calm' }));

describe('the report on a child', () => {
  test('says how sad songs are heard, how well presses were foretold, and of which songs it is sure', async () => {
    const said = modelLines(await calmChild(), 80).join('\n');
    expect(said).toMatch(/^What the box has learnt from this child: 96 presses on 24 songs\n/);
    expect(said).toMatch(/It was right \d+ of 96 times;\s+by most people’s ears/);
    expect(said).toMatch(/\n {2}sad +calm instead +calm 24 \(6 songs\)\n/);
    expect(said).toMatch(/\nSongs it is surest of\n {2}Song \d+ +\w+ \d\d %\s+Called \w+ all 4 times/);
    expect(said).toMatch(/not what the child feels\.$/);
  });

  test.each([40, 63, 64, 80, 200])(
    'fits a terminal of %i cells, at most 88, without colour or ids',
    async (columns) => {
      const view = await calmChild();
      for (const lines of [modelLines(view, columns), songBeliefLines(view.songs[2]!, view, columns)]) {
        for (const line of lines) expect(cellWidth(line), line).toBeLessThanOrEqual(Math.min(columns, 88));
        expect(lines.join('\n')).not.toMatch(/\p{Cc}(?<!\n)|[0-9a-f]{8}|NaN|undefined/u);
      }
    },
  );

  test('on one press says one press', async () => {
    const said = modelLines(await viewOf(4, [[2, 'calm']]), 80).join('\n');
    expect(said).toMatch(/1 press on 1 song\n/);
    expect(said).toMatch(/right 0 of 1 time;/);
    expect(said).toMatch(/Called calm once\.\n/);
  });

  test('says that it is a hint while most people’s ears are the better guide', async () => {
    const against = pressesOfChild(12, 12, {}).map(
      ([song], at): Press => [song, (['sad', 'happy', 'angry'] as const)[at % 3]!],
    );
    const view = await viewOf(12, against);
    expect(view.voices[0]!.weight).toBeGreaterThan(0.5);
    expect(modelLines(view, 80).join('\n')).toMatch(/Only a first hint/);
    expect(modelLines(await calmChild(), 80).join('\n')).not.toMatch(/hint/);
  });

  test('leaves out presses on forgotten songs, and says so', async () => {
    const record = boxRecord(4, pressesOfChild(8, 8));
    const view = (await viewModel(record, testOpinions(), handMadePrior(), QUIET))!;
    expect(view).toMatchObject({ presses: 4, forgottenPresses: 4 });
    expect(modelLines(view, 80).at(-1)).toBe('4 presses on songs forgotten since are left out.');
  });

  test('without a population model tells the songs, and that there is nothing to compare with', async () => {
    const none = createSongOpinions(undefined, () => {});
    const said = modelLines(await viewOf(4, pressesOfChild(8, 4), none), 80).join('\n');
    expect(said).toMatch(/What most people hear is not known/);
    expect(said).toMatch(/Songs it is surest of/);
  });
});

test.each([
  [0, /^Nothing has been learnt yet: .* has not heard a song either/],
  [4, /^Nothing has been learnt yet: .* what most people hear in it\.$/],
])('a box with %i songs and no press gets a friendly sentence', async (songs, words) => {
  expect(modelLines(await viewOf(songs, []), 200).join(' ')).toMatch(words);
});

test('one song is told with both opinions and the reason', async () => {
  const view = await calmChild();
  const belief = view.songs.find(({ song }) => song.title === 'Song 2')!;
  const said = songBeliefLines(belief, view, 80).join('\n');
  expect(said).toMatch(/^“Song 2”\n\n +this child +most people\n/);
  expect(said).toMatch(/\n {2}calm {3}█+░* +\d\d % {2}█+░+ +\d\d %\n/);
  expect(said).toMatch(/\n {2}Called calm all 4 times.*\.$/s);
});
