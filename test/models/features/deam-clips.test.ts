/**
 * The ten DEAM clips whose audio is at hand, heard again and laid beside the librosa table the population model learns
 * from. The clips are mp3s cut out of longer ones, so how a decoder begins without the bit reservoir matters: to
 * flatness_std and the MFCCs' slopes most of all (without mp3-reservoir.ts, 5.9 %, 0.44 sd and 1.3 % off).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeFile } from '../../../device/audio/decode.ts';
import { createEar, type Ear, featureNames } from '../../../models/features/hear-song.ts';
import { readFeatureTable } from '../../../models/population/deam.ts';
import { compareWithTable } from '../../../models/population/table-comparison.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/deam/', import.meta.url));
const table = join(folder, 'features_librosa/deam_agg_features_librosa.csv');
const CLIPS = [2, 3, 4, 5, 7, 8, 10, 12, 13, 17];
const hasClips = existsSync(table) && CLIPS.every((id) => existsSync(clip(id)));

function clip(id: number): string {
  return join(folder, `audio/${id}.mp3`);
}

describe.skipIf(!hasClips)('the ten DEAM clips', () => {
  test('are heard by the box as closely as the comparison asks', { timeout: 60_000 }, async () => {
    const heard = new Map<string, Float64Array>();
    for (const id of CLIPS) {
      let ear: Ear | undefined;
      for await (const { sampleRateHz, channels } of decodeFile(clip(id))) {
        ear ??= createEar({ sampleRateHz, channels: channels.length });
        ear.write(channels);
      }
      heard.set(String(id), ear!.finish().features);
    }
    const columns = compareWithTable(featureNames, readFeatureTable(folder, featureNames).features, heard);
    expect(columns).toHaveLength(20);
    for (const { name, relative, deviations, bound } of columns) {
      expect(relative, name).toBeLessThanOrEqual(bound.relative);
      expect(deviations, name).toBeLessThanOrEqual(bound.deviations);
    }
  });
});
