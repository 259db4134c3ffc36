/**
 * Pulling the plug: the real box lives on an ext4 card whose every write is logged; the card is then looked at as a power
 * cut at hundreds of moments would have left it. Nothing confirmed may be missing, and the next start needs nobody.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN_HERE } from '../../device/learning/open-here.ts';
import { loadSongOpinions, type SongOpinions } from '../../device/learning/song-opinions.ts';
import { inParallel } from '../../device/music/in-parallel.ts';
import type { EventRow } from '../../device/storage/journal-chain-column.ts';
import type { Prior } from '../../models/child/prior.ts';
import { createRandom, drawnIndex } from '../../models/population/learners/seeded-random.ts';
import { loadPrior } from '../../models/population/load-prior.ts';
import { startServer } from '../../sync-server/main.ts';
import { BUILT, startBoxOnPi, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { createBoxCheck, type Promised } from './emulated-pi/cut-box.ts';
import { CUT_MODELS, type CutDisk, type CutModel, createCutDisk } from './emulated-pi/cut-disk.ts';
import { boxFolderIn, takeBoxFolder } from './emulated-pi/cut-folder.ts';
import { cutPoints } from './emulated-pi/cut-points.ts';
import { serverFaults } from './emulated-pi/cut-server.ts';
import { rowsOf, startCutBox } from './emulated-pi/cut-start.ts';
import { mountCard, plainCardArguments } from './emulated-pi/logged-card.ts';
import { READY_MS, type RecordedRun, recordRun } from './emulated-pi/recorded-run.ts';
import { quantile, tell } from './emulated-pi/report.ts';
import { type LoggedRequest, readWriteLog } from './emulated-pi/write-log.ts';

const PRESSES = 60;

/** 130 flushes, just before and just after each, and 60 other places: at least 300. */
const CUTS = { flushes: 130, anywhere: 60 };

/** Of the cuts, how many are started for real, sent to the server, and booted on the machine itself. */
const [STARTED, SENT, BOOTED] = [64, 5, 2];

/** Images and folders looked at at once. */
const HANDS = 2;

/** The command, in the machine. */
const AMECS = 'node /root/app/dist/provisioning/cli/amecs.js';

interface Cut {
  readonly at: number;
  readonly promised: Promised;
}

describe.skipIf(whyNoEmulatedPi() !== undefined)('pulling the plug', () => {
  const work = mkdtempSync(join(tmpdir(), 'amecs-cuts-'));
  let run: RecordedRun;
  let requests: readonly LoggedRequest[];
  let whole: { readonly rows: readonly EventRow[]; readonly before: number };
  let cuts: readonly Cut[];
  let ears: { readonly opinions: SongOpinions; readonly prior: Prior };
  const random = createRandom(5);

  beforeAll(async () => {
    run = await recordRun(join(BUILT, 'runs', 'pulled-plug'), { presses: PRESSES });
    requests = readWriteLog(readFileSync(run.log));
    const [before, rows] = [await rowsAt(0), await rowsAt(requests.length)];
    whole = { rows, before: before.length };
    cuts = cutPoints(requests, CUTS, random).map((at) => ({
      at,
      promised: promisedAt(requests[at - 1]?.endsAt ?? 0),
    }));
    const opinions = await loadSongOpinions((reason) => {
      throw new Error(reason);
    }, OPEN_HERE.openShipped);
    ears = { opinions, prior: loadPrior() };
    tell('the life that is cut', {
      presses: run.presses.length,
      events: rows.length,
      writes: requests.filter(({ kind }) => kind === 'write').length,
      flushes: requests.filter(({ kind }) => kind === 'flush').length,
    });
  }, 900_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** The journal when everything up to this request was written. */
  async function rowsAt(request: number): Promise<readonly EventRow[]> {
    const [image, folder] = [join(work, 'one.img'), join(work, 'one')];
    diskAt(request).writeImage(image, 'everythingWritten', random);
    await takeBoxFolder(image, folder);
    return rowsOf(boxFolderIn(folder));
  }

  function diskAt(request: number): CutDisk {
    const disk = createCutDisk(readFileSync(run.blank), requests);
    disk.goTo(request);
    return disk;
  }

  /** `count` cuts evenly over all of them. */
  function someOf(all: readonly Cut[], count: number): readonly Cut[] {
    return Array.from({ length: count }, (_, at) => all[Math.floor(((at + 0.5) * all.length) / count)]!);
  }

  function promisedAt(logged: number): Promised {
    const confirmed = run.presses.filter(({ confirmedAt }) => confirmedAt <= logged);
    return { presses: confirmed.map(({ emotion }) => emotion), isEnrolled: run.enrolledAt <= logged };
  }

  /** The box's folder after this cut, in a way drawn at random. */
  async function folderAfter(cut: Cut, name: string): Promise<string> {
    const [image, folder] = [join(work, `${name}.img`), join(work, name)];
    const model = CUT_MODELS[drawnIndex(random, CUT_MODELS.length)]!;
    diskAt(cut.at).writeImage(image, model, random);
    await takeBoxFolder(image, folder);
    rmSync(image);
    return boxFolderIn(folder);
  }

  test('at every cut the folder keeps what was promised', { timeout: 900_000 }, async () => {
    expect(cuts.length).toBeGreaterThanOrEqual(300);
    const disk = diskAt(0);
    const check = createBoxCheck({ ...ears, whole });
    const faults: string[] = [];
    let images = 0;
    const ways = cuts.flatMap((cut) => CUT_MODELS.map((model): readonly [Cut, CutModel] => [cut, model]));
    const begin = performance.now();
    await inParallel(ways, HANDS, async ([{ at, promised }, model], index) => {
      disk.goTo(at);
      // Where everything was flushed there is one way to lose the rest.
      if (disk.unflushed() === 0 && model !== 'onlyFlushed') return;
      const [image, folder] = [join(work, `cut-${index}.img`), join(work, `cut-${index}`)];
      disk.writeImage(image, model, random);
      images += 1;
      await takeBoxFolder(image, folder);
      for (const fault of await check.faults(boxFolderIn(folder), promised)) {
        faults.push(`cut ${at}, ${model}: ${fault}`);
      }
      for (const path of [image, folder]) rmSync(path, { recursive: true });
    });
    tell('cuts', {
      cuts: cuts.length,
      images,
      'models compared': check.modelsCompared(),
      seconds: (performance.now() - begin) / 1000,
      'images at fault': new Set(faults.map((fault) => fault.split(':')[0])).size,
    });
    expect(faults).toEqual([]);
  });

  test('the next start is ready by itself and goes on where the journal ended', {
    timeout: 900_000,
  }, async () => {
    const ready: number[] = [];
    await inParallel(someOf(cuts, STARTED), HANDS, async (cut, index) => {
      const folder = await folderAfter(cut, `start-${index}`);
      const before = rowsOf(folder);
      const { rows, faults, readyMs } = await startCutBox({ folder, music: join(run.data, 'music') });
      ready.push(readyMs);
      expect(faults).toEqual([]);
      expect(rows.slice(0, before.length)).toEqual(before);
      const kinds = rows.slice(before.length).map(({ kind }) => kind);
      expect(kinds.slice(0, 2)).toEqual(['booted', 'libraryScanned']);
      expect(kinds).toContain('requested');
      expect(kinds.at(-1)).toBe('shutDown');
      const after = createBoxCheck({ ...ears, whole: { rows, before: rows.length } });
      expect(await after.faults(folder, { ...cut.promised, presses: [] })).toEqual([]);
      rmSync(folder, { recursive: true });
    });
    tell(`start to ready on this machine, ms (${ready.length} starts)`, {
      p50: quantile(ready, 0.5),
      p95: quantile(ready, 0.95),
    });
  });

  test('a cut box tells its server everything, which loses and doubles nothing', {
    timeout: 300_000,
  }, async () => {
    const enrolled = cuts.filter(({ promised }) => promised.isEnrolled);
    for (const [index, cut] of someOf(enrolled, SENT).entries()) {
      const folder = await folderAfter(cut, `send-${index}`);
      const centre = join(work, `centre-${index}`);
      cpSync(run.centre, centre, { recursive: true });
      const server = await startServer({ dataDir: centre, port: 0 });
      const { rows } = await startCutBox({ folder, music: join(run.data, 'music'), serverUrl: server.url });
      await server.close();
      expect(await serverFaults(centre, [whole.rows, rows])).toEqual([]);
    }
  });

  test('the machine itself starts on a cut card, its kernel playing the journal back', {
    timeout: 600_000,
  }, async () => {
    for (const [index, cut] of someOf(cuts, BOOTED).entries()) {
      const image = join(work, `boot-${index}.img`);
      diskAt(cut.at).writeImage(image, 'someWritten', random);
      const box = await startBoxOnPi({
        folder: join(BUILT, 'runs', 'plugged-in-again'),
        data: run.data,
        before: mountCard('/root/data'),
        more: plainCardArguments(image),
      });
      try {
        await box.machine.console.waitFor(/Keys 1 to 4/, READY_MS);
        await box.machine.header.drive(box.lineOf('calm'), false);
        await box.waitForLog(['playing']);
        await box.machine.header.drive(box.lineOf('calm'), true);
        expect(await box.stop()).toBe(0);
        // On the processor the model was made on: the same to the last bit.
        await box.machine.console.run(`${AMECS} model replay --data /root/data`, READY_MS);
        await box.machine.console.run('cp /root/data/device/device.sqlite* /box/ && umount /root/data');
      } finally {
        await box.machine.kill();
      }
      const rows = rowsOf(join(BUILT, 'runs', 'plugged-in-again'));
      const kinds = rows.map(({ kind }) => kind);
      const boot = kinds.lastIndexOf('booted');
      expect(rows.slice(0, boot)).toEqual(whole.rows.slice(0, boot));
      expect(kinds.slice(boot)).toEqual(expect.arrayContaining(['booted', 'requested', 'shutDown']));
    }
  });
});
