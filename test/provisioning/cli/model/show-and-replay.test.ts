/** `amecs model show` and `replay` as they are called, on a box with the shipped model: answers, JSON and exit codes. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { featureNames, featureVersion } from '../../../../models/features/hear-song.ts';
import { withStorage } from '../../../../provisioning/cli/library/box-library.ts';
import { modelCommand } from '../../../../provisioning/cli/model-command.ts';
import { createRecordingTerminal } from '../../../support/recording-terminal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { pressesOfChild, storedSong } from './child-record.ts';

async function amecs(...argv: string[]): Promise<{ code: number; out: string; errors: string }> {
  const terminal = createRecordingTerminal();
  const code = await modelCommand.run(argv, terminal);
  return { code, out: terminal.outLines.join('\n'), errors: terminal.errorLines.join('\n') };
}

/** A box that has heard eight songs, with 24 presses and no model stored. */
let box: string;
beforeAll(async () => {
  box = mkdtempSync(join(tmpdir(), 'amecs-test-'));
  await withStorage(box, async (storage) => {
    for (let n = 0; n < 8; n++) {
      const features = featureNames.map((_, j) => Math.sin(n + j));
      await storage.saveSong({ ...storedSong(n), title: `Tune ${n}`, featureVersion, features });
    }
    for (const [at, [song, emotion]] of pressesOfChild(24, 8, { sad: 'calm' }).entries()) {
      const { songId } = storedSong(song);
      const predicted: [number, number, number, number] = [0.25, 0.25, 0.25, 0.25];
      const press = { pressId: at + 1, button: emotion, emotion, songId, positionMs: 1, predicted };
      await storage.append({ kind: 'selected', ...press }, at);
    }
  });
});
afterAll(() => rmSync(box, { recursive: true, force: true }));

describe('amecs model show', () => {
  test('tells a caregiver what the box has learnt', async () => {
    const { code, out, errors } = await amecs('show', '--data', box);
    expect([code, errors]).toEqual([0, '']);
    expect(out).toMatch(/^What the box has learnt from this child: 24 presses on 8 songs\n/);
  });

  test('tells a researcher everything as JSON, without paths', async () => {
    const { code, out } = await amecs('show', '--data', box, '--json');
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ presses: 24, forgottenPresses: 0, pressedSongs: 8 });
    expect(told.voices.map(({ name }: { name: string }) => name).slice(0, 4)).toEqual([
      'population',
      'taste',
      'timbre',
      'songMemory',
    ]);
    const weights = told.voices.map(({ weight }: { weight: number }) => weight);
    expect(weights.reduce((sum: number, weight: number) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(told.prior.covariance).toHaveLength(400);
    expect(told.experts[0].deviations).toHaveLength(20);
    expect(told.hearing).toHaveLength(4);
    expect(told.songs).toHaveLength(8);
    expect(out).not.toContain('/music/');
  });

  test('explains one song by its title, asks back where several are meant, says where there is none', async () => {
    const one = await amecs('show', 'tune', '3', '--data', box);
    expect(one.code).toBe(0);
    expect(one.out).toMatch(/^“Tune 3”\n/);
    expect(JSON.parse((await amecs('show', 'tune 3', '--json', '--data', box)).out)).toMatchObject({
      title: 'Tune 3',
      presses: 3,
    });
    const several = await amecs('show', 'tune', '--data', box);
    expect(several).toMatchObject({ code: 1, errors: expect.stringMatching(/can mean 8 songs.*“Tune 7”/) });
    const none = await amecs('show', 'polka', '--data', box);
    expect(none).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/called "polka".*amecs library list/),
    });
  });

  test('has a friendly sentence where there is no box yet, and makes none', async () => {
    const data = join(temporaryFolder(), 'nothing');
    const { code, out } = await amecs('show', '--data', data);
    expect(code).toBe(0);
    expect(out).toMatch(/^Nothing has been learnt yet/);
    expect(existsSync(data)).toBe(false);
  });
});

describe('amecs model replay', () => {
  test('tells how well the presses were foretold, and leaves the box as it was', async () => {
    const { code, out } = await amecs('replay', '--data', box);
    expect(code).toBe(0);
    expect(out).toMatch(/24 presses on 8 songs\n\nThe box has not stored a model yet/);
    expect(out).toMatch(/\n1-6 .*\n7-12 .*\n13-18 .*\n19-24 .*\nall /);
    expect(readdirSync(join(box, 'device'))).toEqual(['device.sqlite']);
  });

  test('is an error where the stored model is damaged', async () => {
    const data = join(temporaryFolder(), 'copy');
    cpSync(box, data, { recursive: true });
    await withStorage(data, (storage) => storage.saveModel('child', { epoch: 1, seq: 24, state: 'oops' }));
    const journal = join(data, 'device', 'device.sqlite');
    const { code, out } = await amecs('replay', '--journal', journal, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ presses: 24, state: { kind: 'damaged' } });
  });

  test('says which file is missing and which it wants', async () => {
    const { code, errors } = await amecs('replay', '--journal', '/nowhere/device.sqlite');
    expect(code).toBe(1);
    expect(errors).toMatch(/^\/nowhere\/device\.sqlite: there is no such file\..*--journal FILE/);
  });
});
