/**
 * What a caregiver or researcher does at the server reaches a real box: settings, a newer model, a withdrawal. Ten
 * processes, one after the other: needs the build, and AMECS_SLOW_TESTS=1.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { modelFiles } from '../../models/population/model-files.ts';
import type { DeviceSummary } from '../../sync-server/store/device-registry.ts';
import { writeNoiseSong } from '../device/audio/captured-song.ts';
import { type AmecsProcess, runAmecs, startAmecs } from '../support/amecs-process.ts';
import { trainSmallModel } from '../support/model-bundles.ts';
import { openPanelClient, type PanelClient } from '../support/panel-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Box {
  readonly process: AmecsProcess;
  readonly page: PanelClient;
  /** Presses once and waits for the line that `kind` begins. */
  press(kind: 'playing' | 'learnt'): Promise<string>;
  /** Presses, so that the box hears from the server, until it prints this. */
  pressUntil(pattern: RegExp): Promise<string>;
}

async function startBox(folder: string, config: string): Promise<Box> {
  const process = startAmecs(['start', '--data', folder, '--config', config, '--no-server', '--port', '0']);
  onTestFinished(() => void process.child.kill('SIGKILL'));
  const url = /http\S+/.exec(await process.line(/Buttons\s+http/))![0];
  const page = await openPanelClient(url);
  const press = async (kind: string): Promise<string> => {
    const from = process.mark();
    await page.tap('happy');
    return process.line(new RegExp(`^${kind}`), from);
  };
  return {
    process,
    page,
    press,
    async pressUntil(pattern) {
      await press('learnt');
      return process.line(pattern);
    },
  };
}

test.skipIf(process.env.AMECS_SLOW_TESTS !== '1')(
  'settings, a model and a withdrawal made at the server are carried out by the box',
  async () => {
    const [centre, folder, trained] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const server = startAmecs(['server', '--data', centre, '--port', '0']);
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const url = /http\S+/.exec(await server.line(/listens at/))![0];
    const code = /code (\S+)\.$/.exec(await server.line(/with the code/))![1]!;
    const atServer = async (...words: string[]): Promise<string> => {
      const { output, code: exitCode } = await runAmecs(['server', ...words, '--data', centre]);
      expect(exitCode, output).toBe(0);
      return output;
    };

    const music = join(folder, 'music');
    mkdirSync(music);
    writeNoiseSong(join(music, 'good.wav'), 60);
    const config = join(folder, 'device.json');
    writeFileSync(
      config,
      JSON.stringify({ musicFolder: music, sound: 'silent', server: { url, enrolmentCode: code } }),
    );
    const device = join(folder, 'device');

    let box = await startBox(folder, config);
    await box.press('playing');
    await box.process.line(/^synced/);
    const [known] = JSON.parse(await atServer('boxes', '--json')) as DeviceSummary[];
    const { deviceId, participantId } = known!;

    // Settings.
    await atServer('settings', deviceId, 'novelty=0.5', 'fadeInMs=200');
    expect(await atServer('settings', deviceId)).toBe('novelty = 0.5\nfadeInMs = 200');
    await box.pressUntil(/^server\s+Settings made at the server are in force/);
    expect(JSON.parse(readFileSync(join(device, 'received-settings.json'), 'utf8'))).toMatchObject({
      version: 1,
      values: { novelty: 0.5, fadeInMs: 200 },
    });

    // A model, in use from the next start on.
    const small = trainSmallModel();
    for (const { name, content } of modelFiles(small, 'a test')) writeFileSync(join(trained, name), content);
    expect(await atServer('model', 'publish', trained)).toContain(small.card.population);
    await box.pressUntil(/^server\s+A newer model .* uses it from its next start on/);
    await box.page.close();
    expect((await box.process.end('SIGINT')).code).toBe(0);
    const kindsIn = (): Record<string, number> => {
      const journal = new Database(join(device, 'device.sqlite'), { readonly: true });
      onTestFinished(() => void journal.close());
      const rows = journal.prepare('SELECT kind, count(*) FROM events GROUP BY kind').raw().all();
      return Object.fromEntries(rows as [string, number][]);
    };
    expect(kindsIn()).toMatchObject({ booted: 1, settingsApplied: 1 });
    box = await startBox(folder, config);
    expect(kindsIn()).toMatchObject({ booted: 2, settingsApplied: 1, modelInstalled: 1, selected: 2 });
    await box.press('playing');
    expect(await box.press('learnt')).toMatch(/\(3 presses so far\)/);

    // A withdrawal: the box goes on as a new one, without a restart.
    const unsure = await runAmecs(['server', 'withdraw', participantId, '--data', centre]);
    expect(unsure).toMatchObject({ code: 1, output: expect.stringMatching(/cannot be undone. Say --yes/) });
    await atServer('withdraw', participantId, '--yes');
    await box.pressUntil(/^server\s+The server knows that all is erased/);
    expect(existsSync(join(device, 'identity.json'))).toBe(false);
    expect(readdirSync(device).filter((name) => /withdrawal|received/.test(name))).toEqual([]);
    expect(await box.press('learnt')).toMatch(/\(1 press so far\)/);
    expect(kindsIn()).toEqual({ booted: 1, selected: 1 });
    expect(
      readFileSync(join(device, 'device.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"learnt"')),
    ).toHaveLength(1);
    expect(await atServer('boxes')).toMatch(/No box has enrolled yet/);

    await box.page.close();
    expect((await box.process.end('SIGINT')).code).toBe(0);
    expect((await server.end('SIGINT')).code).toBe(0);
  },
  90_000,
);
