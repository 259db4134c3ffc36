/**
 * The doctor on an arm64 machine: it finds the header's chip, the sound card and the database, sees the short queue of
 * our asound.conf while something plays, and shows its verdicts on lamps that are read from outside.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { openStorage } from '../../device/storage/storage.ts';
import { EMOTIONS } from '../../models/emotions.ts';
import { until } from '../support/until.ts';
import { BUILT, LAMPS_AFTER, whyNoEmulatedPi } from './emulated-pi/box-on-pi.ts';
import { type Machine, startMachine } from './emulated-pi/machine.ts';

const APP = ['dist', 'package.json', 'models/shipped', 'provisioning/box'];

/** Ten-fold of what a quiet machine needs, ms. */
const START_MS = 100_000;
const EXAMINED_MS = 200_000;

const DOCTOR =
  'node /box/app/dist/provisioning/cli/amecs.js doctor --config /box/device.json --data /root/data';

const FIRST_LAMP = LAMPS_AFTER;
const lampLines = EMOTIONS.map((_, at) => FIRST_LAMP + at);

describe.skipIf(whyNoEmulatedPi() !== undefined)('the doctor on the emulated Pi', () => {
  let machine: Machine;

  beforeAll(async () => {
    const box = join(BUILT, 'runs', 'doctor');
    rmSync(box, { recursive: true, force: true });
    mkdirSync(box, { recursive: true });
    for (const path of APP) cpSync(path, join(box, 'app', path), { recursive: true });
    cpSync(join(import.meta.dirname, 'emulated-pi', 'start'), join(box, 'start'));
    const wires = (first: number) => Object.fromEntries(EMOTIONS.map((emotion, at) => [emotion, at + first]));
    // A server that nobody is: the fourth lamp is to breathe.
    const server = { url: 'http://127.0.0.1:8420' };
    writeFileSync(
      join(box, 'device.json'),
      JSON.stringify({ gpioPins: wires(0), lampPins: wires(FIRST_LAMP), server }),
    );
    const data = join(box, 'data', 'device');
    mkdirSync(data, { recursive: true });
    const path = join(data, 'device.sqlite');
    const storage = await openStorage({ path, bootId: 'made-outside', clock: systemClock });
    await storage.append({ kind: 'stopped', button: 'calm', songId: 'a'.repeat(64), positionMs: 1 }, 1);
    await storage.close();

    machine = await startMachine({ built: BUILT, box });
    await machine.console.waitFor(/emulated Pi is up/, START_MS);
    await machine.console.run(
      'modprobe snd-aloop && cp /box/app/provisioning/box/asound.conf /etc/asound.conf && cp -r /box/data /root/data && cd /box/app',
      START_MS,
    );
    // Something plays through our asound.conf; under emulation it runs dry now and then, and says so.
    await machine.console.run('{ aplay -q -f cd /dev/zero 2>/dev/null & }');
    await machine.console.run(
      'until grep -q rate: /proc/asound/card0/pcm0p/sub0/hw_params; do sleep 0.2; done',
    );
    await machine.console.run(`{ ${DOCTOR} --lamps >/run/doctor.txt 2>&1 & } && echo $! >/run/doctor.pid`);
  }, 2 * START_MS);
  afterAll(() => machine?.kill());

  const table = async (): Promise<string> => {
    await machine.console.run(
      'until grep -q "lamps show it" /run/doctor.txt; do sleep 0.5; done',
      EXAMINED_MS,
    );
    return machine.console.run('cat /run/doctor.txt');
  };

  test('finds header, card and database, the short queue of our asound.conf, and nothing broken', {
    timeout: 2 * EXAMINED_MS,
  }, async () => {
    const printed = await table();
    expect(printed).toMatch(/^good +computer .*64-bit \(arm64\)/m);
    expect(printed).toMatch(/^good +pins +header 9030000\.pl061, its pins count from 512, 4 used$/m);
    expect(printed).toMatch(/^good +lamps +4 lamps can be lit$/m);
    expect(printed).toMatch(/^good +sound card +Loopback, played by (speaker|aplay)$/m);
    expect(printed).toMatch(/^good +buffer +playing now, 2048 frames queued at most \(46 ms\)$/m);
    expect(printed).toMatch(/^good +database +sound, 1 event, 1 waits for the server/m);
    expect(printed).toMatch(/^look +server /m);
    expect(printed).not.toContain('BROKEN');
  });

  test('shows its verdicts on the lamps, slowly, and leaves them dark', {
    timeout: 3 * EXAMINED_MS,
  }, async () => {
    const changes = (line: number) => machine.header.outputs.filter((each) => each.line === line);
    const breathing = lampLines[3]!;
    await until('two breaths', () => changes(breathing).length >= 4 || undefined, EXAMINED_MS);
    const shown = lampLines.map((line) => changes(line).map(({ isHigh }) => isHigh));
    await machine.console.run('kill -INT $(cat /run/doctor.pid)');
    expect(await machine.console.run('wait $(cat /run/doctor.pid); echo "code $?"', EXAMINED_MS)).toMatch(
      /code 0$/,
    );

    // Power, buttons and sound are good: lit once, and steady.
    expect(shown.slice(0, 3)).toEqual([[true], [true], [true]]);
    const litAt = changes(breathing)
      .filter(({ isHigh }) => isHigh)
      .map(({ atMs }) => atMs);
    for (const [at, litMs] of litAt.slice(1).entries()) expect(litMs - litAt[at]!).toBeGreaterThan(1000);
    for (const line of lampLines) expect(changes(line).at(-1)?.isHigh).toBe(false);
  });
});
