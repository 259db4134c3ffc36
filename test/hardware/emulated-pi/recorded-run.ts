/**
 * One life of the real box on a logged card: presses on the header, learning, a forest, settings from the server it syncs
 * with, and at the end the plug. Notes how far the card's log had come when each lamp confirmed its press.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EMOTIONS, type Emotion } from '../../../models/emotions.ts';
import { createRandom, drawnIndex } from '../../../models/population/learners/seeded-random.ts';
import { runAmecs, startAmecs } from '../../support/amecs-process.ts';
import { until } from '../../support/until.ts';
import { type BoxOnPi, BUILT, startBoxOnPi } from './box-on-pi.ts';
import { DIMMED_LAMPS, type DimmedLamps, LAY_LAMPS, watchDimmedLamps } from './dimmed-lamps.ts';
import { livedIn } from './earlier-life.ts';
import { heardSongs } from './heard-songs.ts';
import { makeLoggedCard, mountCard } from './logged-card.ts';

/** Lengths of the log: whatever the box promised by then must be on the card from there on. */
export interface RecordedPress {
  readonly emotion: Emotion;
  readonly confirmedAt: number;
}

export interface RecordedRun {
  readonly blank: string;
  readonly log: string;
  /** In the order they were made. */
  readonly presses: readonly RecordedPress[];
  /** The box had said that its server has something: it is enrolled. */
  readonly enrolledAt: number;
  /** Where the server's data lie. */
  readonly centre: string;
  /** The data folder it began with; its songs lie in `music`. */
  readonly data: string;
}

/** A release is believed after this long under emulation. */
const RELEASE_MS = 250;

/** What makes a press a hold: longer than an emulated press takes to be confirmed. And how long a hand holds then. */
const [HOLD_TO_STOP_MS, HOLD_MS] = [3000, 4000];

/** A start under emulation takes 10 s on a quiet machine, and minutes on one with other things to do. */
export const READY_MS = 400_000;

/** The light that confirms comes within half a second there; or within this. */
const LIGHT_MS = 60_000;

/** The model is saved 2 s after a press. */
const SETTLED_MS = 5000;

export interface LifeOptions {
  readonly presses: number;
  /** Shell commands run before the box starts: a box spoilt on purpose, to see that it is found out. */
  readonly spoil?: string;
}

/** Records a life; `folder` becomes the machine's `/box`, the one beside it holds the card. */
export async function recordRun(
  folder: string,
  { presses: count, spoil = 'true' }: LifeOptions,
): Promise<RecordedRun> {
  const fresh = await heardSongs(join(BUILT, 'heard-songs'));
  const data = await livedIn(join(BUILT, 'lived-in'), fresh);
  const card = makeLoggedCard(`${folder}-card`, data);
  const centre = join(`${folder}-card`, 'centre');
  const server = startAmecs(['server', '--data', centre, '--port', '0']);
  let box: BoxOnPi | undefined;
  let lamps: DimmedLamps | undefined;
  try {
    const { port } = new URL(/http\S+/.exec(await server.line(/listens at/))![0]);
    const enrolmentCode = /code (\S+)\.$/.exec(await server.line(/with the code/))![1]!;
    box = await startBoxOnPi({
      folder,
      data,
      config: {
        // A hand presses as soon as the light allows it: that is not a flat hand on two buttons.
        pressFilter: { releaseMs: RELEASE_MS, togetherMs: 0 },
        holdToStopMs: HOLD_TO_STOP_MS,
        lampPins: DIMMED_LAMPS,
        server: { url: `http://10.0.2.2:${port}`, enrolmentCode },
      },
      before: `${mountCard('/root/data')} && ${LAY_LAMPS} && ${spoil}`,
      more: card.machineArguments,
    });
    lamps = watchDimmedLamps(folder);
    await box.machine.console.waitFor(/Keys 1 to 4/, READY_MS);
    await box.waitForLog(['synced'], 0, READY_MS);
    const enrolledAt = card.logBytes();
    const presses = await pressAll(box, lamps, card.logBytes, count, async (pressed) => {
      if (pressed % 25 !== 10) return;
      const { output } = await runAmecs(['server', 'boxes', '--json', '--data', centre]);
      const [known] = JSON.parse(output) as readonly { readonly deviceId: string }[];
      await runAmecs(['server', 'settings', known!.deviceId, `fadeInMs=${100 + pressed}`, '--data', centre]);
    });
    const lastOf = (event: string): number => box!.log().findLast((line) => line.event === event)!.atMs;
    const isQuiet = (): boolean =>
      Math.max(lastOf('learnt'), lastOf('synced')) < performance.now() - SETTLED_MS;
    await until('the last press to be learnt and synced', () => isQuiet() || undefined, 20 * SETTLED_MS);
    const { blank, log } = card;
    return { blank, log, presses, enrolledAt, centre, data };
  } finally {
    lamps?.close();
    await box?.machine.kill();
    await server.end('SIGINT');
  }
}

async function pressAll(
  box: BoxOnPi,
  lamps: DimmedLamps,
  logBytes: () => number,
  count: number,
  after: (pressed: number) => Promise<void>,
): Promise<readonly RecordedPress[]> {
  const random = createRandom(55);
  const presses: RecordedPress[] = [];
  let confirmed: Emotion | undefined;
  let confirmedAt = 0;
  lamps.onFull((emotion) => {
    confirmedAt = logBytes();
    confirmed = emotion;
  });
  while (presses.length < count) {
    const emotion = EMOTIONS.filter(lamps.isWaiting)[drawnIndex(random, EMOTIONS.length)];
    if (emotion === undefined) {
      await pause(50);
      continue;
    }
    confirmed = undefined;
    const isHold = random() < 0.12;
    await box.machine.header.drive(box.lineOf(emotion), false);
    await until(
      `the light that confirms press ${presses.length + 1}`,
      () => confirmed === emotion || undefined,
      LIGHT_MS,
    );
    presses.push({ emotion, confirmedAt });
    if (isHold) await pause(HOLD_MS);
    await box.machine.header.drive(box.lineOf(emotion), true);
    await after(presses.length);
  }
  return presses;
}
