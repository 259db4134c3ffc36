/**
 * `amecs library check`: hears DEAM's own clips with the box's ears and lays the 20 aggregates beside the librosa table
 * the population model learnt from, each with the error it may have.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DecodeError, decodeFile } from '../../../device/audio/decode.ts';
import { createEar, type Ear, featureNames } from '../../../models/features/hear-song.ts';
import { readFeatureTable } from '../../../models/population/deam.ts';
import { type ColumnComparison, compareWithTable } from '../../../models/population/table-comparison.ts';
import type { Terminal } from '../command.ts';
import { bar } from '../terminal.ts';
import { type Column, tableLines } from '../text-table.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'aggregate' },
  { heading: 'clip', align: 'right' },
  { heading: 'table', align: 'right' },
  { heading: 'heard', align: 'right' },
  { heading: 'error', align: 'right' },
  { heading: 'in sds', align: 'right' },
  { heading: 'allowed' },
  { heading: 'verdict' },
];

/** Resolves to the exit code: 1 where a column is further off than it may be, or nothing could be compared. */
export async function checkReference(
  folder: string,
  options: { readonly asJson: boolean; readonly eachClip: boolean },
  terminal: Terminal,
): Promise<number> {
  const deam = resolve(folder);
  let table: ReadonlyMap<string, readonly number[]>;
  let clips: readonly string[];
  try {
    table = readFeatureTable(deam, featureNames).features;
    clips = readdirSync(join(deam, 'audio'))
      .flatMap((name) => /^(\d+)\.mp3$/.exec(name)?.[1] ?? [])
      .filter((id) => table.has(id))
      .sort((a, b) => Number(a) - Number(b));
  } catch (error) {
    terminal.error(
      `${deam} is not DEAM as it is published: ${(error as Error).message}. ` +
        'Give the folder that holds audio/ and features_librosa/.',
    );
    return 1;
  }
  if (clips.length === 0) {
    terminal.error(
      `${join(deam, 'audio')} holds none of the table’s clips: put them there as 2.mp3, 3.mp3 ...`,
    );
    return 1;
  }

  const heard = new Map<string, Float64Array>();
  for (const [index, id] of clips.entries()) {
    if (terminal.signal.aborted) return 130;
    try {
      heard.set(id, await featuresOf(join(deam, 'audio', `${id}.mp3`)));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      terminal.error(`${id}.mp3: ${error.reason}. ${error.hint}`);
    }
    const done = index + 1;
    if (!options.asJson) {
      terminal.progress(
        `${bar(done, clips.length)} ${done}/${clips.length}  ${id}.mp3`,
        done === clips.length,
      );
    }
  }
  if (heard.size === 0) return 1;
  const comparisons = compareWithTable(featureNames, table, heard);
  if (options.asJson) terminal.out(JSON.stringify(comparisons, null, 2));
  else tell(comparisons, options.eachClip, terminal);
  return comparisons.every(({ isWithin }) => isWithin) ? 0 : 1;
}

async function featuresOf(path: string): Promise<Float64Array> {
  let ear: Ear | undefined;
  for await (const { sampleRateHz, channels } of decodeFile(path)) {
    ear ??= createEar({ sampleRateHz, channels: channels.length });
    ear.write(channels);
  }
  return ear!.finish().features;
}

function tell(comparisons: readonly ColumnComparison[], eachClip: boolean, terminal: Terminal): void {
  const rows = comparisons.flatMap(({ name, cells, relative, deviations, bound }) => {
    // A column whose relative error means nothing, because it lies near zero, is judged by its deviations.
    const isRelative = bound.relative < Infinity;
    const worst = cells.filter((cell) =>
      isRelative ? cell.relative === relative : cell.deviations === deviations,
    );
    return (eachClip ? cells : worst.slice(0, 1)).map((cell) => [
      name,
      cell.songId,
      cell.table.toPrecision(5),
      cell.heard.toPrecision(5),
      percent(cell.relative),
      cell.deviations.toFixed(3),
      [
        ...(isRelative ? [percent(bound.relative)] : []),
        ...(bound.deviations < 1 ? [`${bound.deviations} sd`] : []),
      ].join(', '),
      cell.relative <= bound.relative && cell.deviations <= bound.deviations ? 'as close' : 'FURTHER OFF',
    ]);
  });
  for (const line of tableLines(COLUMNS, rows)) terminal.out(line);
  const within = comparisons.filter(({ isWithin }) => isWithin).length;
  const clips = comparisons[0]!.cells.length;
  terminal.out('');
  terminal.out(
    `${within} of ${comparisons.length} aggregates are as close as allowed on all ${clips} clips` +
      `${eachClip ? '' : '; each line shows the worst clip, --each shows all'}.`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
