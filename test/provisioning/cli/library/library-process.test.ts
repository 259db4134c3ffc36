/** The real command in real processes: a scan killed half way goes on where it was, and a song dropped in plays. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeNoiseSong } from '../../../device/audio/captured-song.ts';
import { runAmecs, startAmecs } from '../../../support/amecs-process.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';

const SONGS = 6;

function songsHeard(database: string): number {
  if (!existsSync(database)) return 0;
  const opened = new Database(database, { readonly: true });
  try {
    return opened.prepare('SELECT count(*) FROM songs').pluck().get() as number;
  } catch {
    return 0; // The tables are being made.
  } finally {
    opened.close();
  }
}

describe('the library in a process of its own', { timeout: 60_000 }, () => {
  test('after a power cut in the middle of a scan only the rest is heard', async () => {
    const folder = temporaryFolder();
    const music = join(folder, 'music');
    mkdirSync(music);
    for (let song = 1; song <= SONGS; song++) writeNoiseSong(join(music, `song ${song}.wav`), 12, song);
    const database = join(folder, 'device', 'device.sqlite');

    const scan = startAmecs(['library', 'scan', '--data', folder]);
    onTestFinished(() => void scan.child.kill('SIGKILL'));
    await until('two songs', () => (songsHeard(database) >= 2 ? true : undefined));
    await scan.end('SIGKILL');
    const kept = songsHeard(database);
    expect(kept).toBeLessThan(SONGS);

    const { code, output } = await runAmecs(['library', 'scan', '--data', folder]);
    expect(code).toBe(0);
    expect(output).toContain(`${SONGS} songs can be played, ${SONGS - kept} of them new.`);
    expect((await runAmecs(['library', 'scan', '--data', folder])).output).toContain('0 of them new');
  });

  test('a song added while the box runs is heard, told in one line and playable without a restart', async () => {
    const folder = temporaryFolder();
    const [music, elsewhere] = [join(folder, 'music'), join(folder, 'elsewhere')];
    for (const each of [music, elsewhere]) mkdirSync(each);
    writeNoiseSong(join(music, 'first.wav'), 2, 1);
    writeNoiseSong(join(elsewhere, 'dropped in.wav'), 2, 2);
    const box = startAmecs(['start', '--no-server', '--data', folder, '--port', '0', '--sound', 'silent']);
    onTestFinished(() => void box.child.kill('SIGKILL'));
    await box.line(/Buttons\s+http/);

    await runAmecs(['library', 'add', join(elsewhere, 'dropped in.wav'), '--data', folder]);
    expect(await box.line(/^library/)).toBe('library   1 new: dropped in. 2 songs can be played.');
    const { output } = await runAmecs(['library', 'list', '--json', '--data', folder]);
    expect(JSON.parse(output).map(({ title }: { title: string }) => title)).toEqual(['dropped in', 'first']);
    expect((await box.end('SIGTERM')).code).toBe(0);
  });
});
