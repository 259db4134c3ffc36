import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isWorse } from '../../../device/core/model-evidence.ts';
import type { TrialJob } from '../../../device/learning/model-trial-messages.ts';
import { tryModel } from '../../../device/learning/try-model.ts';
import {
  bundleOf,
  songsOfThatWorld,
  trainInvertedModel,
  trainSmallModel,
} from '../../support/model-bundles.ts';

const GOOD = bundleOf(trainSmallModel());
const INVERTED = bundleOf(trainInvertedModel());
const FILES: Readonly<Record<string, Uint8Array>> = { good: GOOD, inverted: INVERTED };

const SONGS = songsOfThatWorld(16);
/** Hears what most people of that world hear. */
const PRESSES = Array.from({ length: 40 }, (_, i) => SONGS[(i * 7) % SONGS.length]!);

const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function read(path: string): Promise<Uint8Array> {
  const bytes = FILES[path];
  if (bytes === undefined) throw new Error(`open ${path}: no such file`);
  return bytes;
}

function job(changes: Partial<TrialJob> = {}): TrialJob {
  const modelId = idOf(FILES[changes.path ?? 'good'] ?? GOOD);
  return { modelId, path: 'good', pathBefore: 'inverted', songs: SONGS, presses: PRESSES, ...changes };
}

describe('a model on trial', () => {
  test('is set beside the one before by what both would have foretold of the presses', async () => {
    const better = await tryModel(job(), read);
    if (better.kind !== 'tried') throw new Error(better.kind);
    expect(better.presses).toBe(40);
    expect(better.logLoss).toBeLessThan(better.logLossBefore - 0.15);
    expect(isWorse(better)).toBe(false);

    const worse = await tryModel(job({ path: 'inverted', pathBefore: 'good' }), read);
    expect(worse).toMatchObject({ logLoss: better.logLossBefore, logLossBefore: better.logLoss });
    if (worse.kind !== 'tried') throw new Error(worse.kind);
    expect(isWorse(worse)).toBe(true);
  });

  test('beside itself is as good', async () => {
    const answer = await tryModel(job({ pathBefore: 'good' }), read);
    if (answer.kind !== 'tried') throw new Error(answer.kind);
    expect(answer.logLoss).toBe(answer.logLossBefore);
  });

  test('counts no presses on songs that are not known any more, and none of a child who made none', async () => {
    const answer = await tryModel(job({ songs: SONGS.slice(1) }), read);
    const forgotten = PRESSES.filter(({ songId }) => songId === SONGS[0]!.songId).length;
    expect(answer).toMatchObject({ kind: 'tried', presses: 40 - forgotten });
    expect(await tryModel(job({ presses: [] }), read)).toEqual({
      kind: 'tried',
      presses: 0,
      logLoss: 0,
      logLossBefore: 0,
    });
  });

  test('is set beside the one that ships where there is no other', async () => {
    expect(await tryModel(job({ pathBefore: null }), read)).toMatchObject({ kind: 'tried', presses: 40 });
  });

  test('stands alone where the one before cannot be used', async () => {
    expect(await tryModel(job({ pathBefore: 'gone' }), read)).toEqual({ kind: 'alone' });
  });

  test('that is not what its id says, or does not open, is unusable', async () => {
    expect(await tryModel(job({ modelId: '0'.repeat(64) }), read)).toEqual({
      kind: 'unusable',
      reason: 'it arrived damaged',
    });
    const broken = GOOD.subarray(0, -5);
    const answer = await tryModel(job({ modelId: idOf(broken) }), async () => broken);
    expect(answer).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(/bytes, not the/) });
  });

  test('whose file cannot be read says nothing against it', async () => {
    await expect(tryModel(job({ path: 'gone' }), read)).rejects.toThrow('no such file');
  });
});
