import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { SinkPlan } from '../../../../device/audio/sinks/plan-sinks.ts';
import type { OpenSink } from '../../../../device/audio/sinks/sink.ts';
import { createSinkKeeper } from '../../../../device/audio/sinks/sink-keeper.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

/** A sink that fails when told. */
function fakeSink(name: string) {
  const opened: { fail: (reason: string) => void; runDry: () => void; isClosed: boolean }[] = [];
  let refusal: string | undefined;
  const open: OpenSink = async (onFailure, runDry) => {
    if (refusal !== undefined) throw new Error(refusal);
    const one = { fail: onFailure, runDry, isClosed: false };
    opened.push(one);
    return {
      name,
      slackMs: 0,
      hasOwnClock: true,
      backlogMs: 0,
      write() {},
      async close() {
        one.isClosed = true;
      },
    };
  };
  return {
    candidate: { name, open },
    opened,
    refuse(reason: string | undefined) {
      refusal = reason;
    },
  };
}

function setUp(plan: () => SinkPlan) {
  const events: unknown[] = [];
  const lines: string[] = [];
  const underruns: number[] = [];
  const timers: { afterMs: number; then: () => void }[] = [];
  const clock = createFakeClock();
  const keeper = createSinkKeeper({
    monotonicMs: clock.monotonicMs,
    plan,
    emit: (event) => events.push(event),
    onOpening: () => {},
    onUnderrun: () => underruns.push(clock.monotonicMs()),
    onSwitch: () => {},
    log: (_, message) => lines.push(message),
    later(afterMs, then) {
      const timer = { afterMs, then };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  });
  /** Runs the timer that waits; answers how long it waited. */
  async function passTimer(): Promise<number> {
    const { afterMs, then } = timers.shift()!;
    then();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    return afterMs;
  }
  return { clock, keeper, events, lines, timers, underruns, passTimer };
}

describe('the sink keeper', () => {
  test('uses the best sink that opens and says why in one line', async () => {
    const speaker = fakeSink('speaker');
    const aplay = fakeSink('aplay');
    speaker.refuse('speaker: module will not load.');
    const { keeper, events, lines } = setUp(() => ({
      candidates: [speaker.candidate, aplay.candidate],
      why: 'unused',
    }));
    await keeper.start();
    expect(keeper.sink.name).toBe('aplay');
    expect(events).toEqual([{ kind: 'soundReady', sink: 'aplay' }]);
    expect(lines).toEqual(['speaker: module will not load. Playing through aplay.']);
  });

  test('a machine without a card plays on the silent clock, says so once, and takes a card when it comes', async () => {
    const aplay = fakeSink('aplay');
    let plan: SinkPlan = { candidates: [], why: 'No sound card found.' };
    const { keeper, events, lines, passTimer } = setUp(() => plan);
    await keeper.start();
    for (let look = 0; look < 8; look++) expect(await passTimer()).toBeLessThanOrEqual(5000);
    expect(keeper.sink.name).toBe('silent');
    plan = { candidates: [aplay.candidate], why: 'Sound card found.' };
    await passTimer();
    expect(keeper.sink.name).toBe('aplay');
    expect(events).toEqual([
      { kind: 'soundReady', sink: 'silent' },
      { kind: 'soundReady', sink: 'aplay' },
    ]);
    expect(lines).toEqual(['No sound card found.', 'Sound card found.']);
  });

  test('a card that goes away is told as lost, the clock goes on in silence, and it comes back by itself', async () => {
    const aplay = fakeSink('aplay');
    const { keeper, events, passTimer } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    await passTimer();
    aplay.refuse('no card.');
    aplay.opened[0]!.fail('unplugged');
    expect(keeper.sink.name).toBe('silent');
    expect([await passTimer(), await passTimer(), await passTimer()]).toEqual([100, 250, 500]);
    aplay.refuse(undefined);
    await passTimer();
    expect(keeper.sink.name).toBe('aplay');
    expect(events).toEqual([
      { kind: 'soundReady', sink: 'aplay' },
      { kind: 'soundLost', reason: 'unplugged' },
      { kind: 'soundReady', sink: 'aplay' },
    ]);
  });

  test('a card that runs dry is counted for as long as it is used', async () => {
    const aplay = fakeSink('aplay');
    const { keeper, underruns } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    aplay.opened[0]!.runDry();
    aplay.opened[0]!.runDry();
    expect(underruns).toHaveLength(2);
  });

  test('a loose plug that fails again and again is tried ever more seldom', async () => {
    const aplay = fakeSink('aplay');
    const { keeper, passTimer } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    const waits: number[] = [];
    for (let failure = 0; failure < 7; failure++) {
      aplay.opened.at(-1)!.fail('loose');
      waits.push(await passTimer());
    }
    expect(waits).toEqual([100, 250, 500, 1000, 2000, 5000, 5000]);
  });

  test('a failure told late by a sink no longer used changes nothing', async () => {
    const aplay = fakeSink('aplay');
    const { keeper, events, passTimer } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    aplay.opened[0]!.fail('unplugged');
    await passTimer();
    aplay.opened[0]!.fail('unplugged, told again');
    expect(keeper.sink.name).toBe('aplay');
    expect(events).toHaveLength(3);
  });

  test('a card that may have drifted is opened afresh, which is not told as an event', async () => {
    const aplay = fakeSink('aplay');
    const { clock, keeper, events } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    clock.advance(299_000);
    await keeper.renewIfDrifted();
    expect(aplay.opened).toHaveLength(1);
    clock.advance(1000);
    await keeper.renewIfDrifted();
    await keeper.renewIfDrifted();
    expect(aplay.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(keeper.sink.name).toBe('aplay');
    expect(events).toEqual([{ kind: 'soundReady', sink: 'aplay' }]);
  });

  test('the silent clock never drifts', async () => {
    const { clock, keeper, lines } = setUp(() => ({ candidates: [], why: 'No card.' }));
    await keeper.start();
    clock.advance(3_600_000);
    await keeper.renewIfDrifted();
    expect(lines).toEqual(['No card.']);
  });

  test('closing lets go of the sink and looks no more', async () => {
    const aplay = fakeSink('aplay');
    const { keeper, timers } = setUp(() => ({ candidates: [aplay.candidate], why: 'Card.' }));
    await keeper.start();
    await keeper.close();
    expect(aplay.opened[0]!.isClosed).toBe(true);
    expect(timers).toEqual([]);
  });
});
