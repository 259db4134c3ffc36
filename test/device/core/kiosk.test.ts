import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKiosk, step } from '../../../device/core/kiosk.ts';
import type { KioskEffect, KioskEvent, KioskSettings, KioskState } from '../../../device/core/kiosk-state.ts';
import { lampsOf } from '../../../device/core/lamps.ts';
import { journalEntrySchema } from '../../../sync-server/protocol/journal-event.ts';
import { chosen } from '../../support/songs.ts';

const SETTINGS: KioskSettings = {
  buttons: [
    { id: 'yellow', emotion: 'happy' },
    { id: 'red', emotion: 'angry' },
    { id: 'blue', emotion: 'sad' },
    { id: 'green', emotion: 'calm' },
  ],
  holdToStopMs: 1500,
  fadeInMs: 150,
  fadeOutMs: 300,
  confirmMs: 1000,
};

const CHOICES = { happy: chosen(1), angry: chosen(2), sad: chosen(3), calm: chosen(4) };

const press = (button: string, atMs: number): KioskEvent => ({ kind: 'pressed', button, atMs });
const release = (button: string, atMs: number): KioskEvent => ({ kind: 'released', button, atMs });
const stored = (button: string, pressId: number): KioskEvent => ({
  kind: 'pressStored',
  button,
  pressId,
  storedAs: { epoch: 1, seq: pressId },
});
const holdElapsed = (button: string, pressId: number, atMs: number): KioskEvent => ({
  kind: 'holdElapsed',
  button,
  pressId,
  atMs,
});

/** Runs events from a ready kiosk; gives the last state and every effect of the run. */
function run(...events: KioskEvent[]): { state: KioskState; effects: KioskEffect[] } {
  return runFrom(
    step(createKiosk(SETTINGS), { kind: 'songsChosen', choices: CHOICES, atMs: 0 })[0],
    ...events,
  );
}

function runFrom(start: KioskState, ...events: KioskEvent[]): { state: KioskState; effects: KioskEffect[] } {
  let state = start;
  const effects: KioskEffect[] = [];
  for (const event of events) {
    const [after, caused] = step(state, event);
    state = after;
    effects.push(...caused);
  }
  return { state, effects };
}

const kinds = (effects: KioskEffect[]): string[] =>
  effects.map((effect) => (effect.kind === 'record' ? `record ${effect.entry.kind}` : effect.kind));

describe('a press while idle', () => {
  test('plays the song chosen for its emotion before anything else happens', () => {
    const { state, effects } = run(press('blue', 1000));
    expect(kinds(effects)).toEqual(['play', 'record requested', 'chooseAgain']);
    expect(effects[0]).toMatchObject({ kind: 'play', track: CHOICES.sad.track, fadeInMs: 150 });
    expect(state.activity).toMatchObject({ kind: 'playing', emotion: 'sad', requestedBy: 'blue' });
  });

  test('glows at once, confirms only when stored, then keeps glowing while its song plays', () => {
    const pressed = run(press('blue', 1000)).state;
    expect(lampsOf(pressed).blue).toBe('glow');
    const confirmed = runFrom(pressed, release('blue', 1100), stored('blue', 1)).state;
    expect(lampsOf(confirmed).blue).toBe('confirm');
    const after = runFrom(confirmed, { kind: 'confirmElapsed', button: 'blue', pressId: 1 }).state;
    expect(lampsOf(after)).toEqual({ yellow: 'ready', red: 'ready', blue: 'glow', green: 'ready' });
  });

  test('is never answered by a stop, however long it is held', () => {
    const { effects } = run(press('blue', 1000), stored('blue', 1), release('blue', 9000));
    expect(kinds(effects)).not.toContain('stopSound');
    expect(effects).not.toContainEqual(expect.objectContaining({ timer: 'hold' }));
  });

  test('is recorded with its reason when there is no music', () => {
    const { state, effects } = runFrom(
      createKiosk(SETTINGS),
      { kind: 'faultRaised', fault: 'noMusic' },
      press('red', 5),
    );
    expect(state.activity.kind).toBe('idle');
    expect(effects).toMatchObject([{ kind: 'record', entry: { kind: 'unanswered', reason: 'noMusic' } }]);
    expect(lampsOf(state).red).toBe('glow');
  });
});

describe('a press while a song plays', () => {
  test('labels the song and is learnt once it is released and stored, in either order', () => {
    const begin = [press('blue', 0), release('blue', 80), stored('blue', 1), press('yellow', 5000)];
    for (const end of [
      [release('yellow', 5100), stored('yellow', 2)],
      [stored('yellow', 2), release('yellow', 5100)],
    ]) {
      const { effects, state } = run(...begin, ...end);
      expect(effects.filter(({ kind }) => kind === 'learn')).toEqual([
        {
          kind: 'learn',
          songId: CHOICES.sad.track.songId,
          emotion: 'happy',
          learntFrom: { epoch: 1, seq: 2 },
        },
      ]);
      expect(state.activity.kind).toBe('playing');
    }
  });

  test('notes how far into the song it came, from the first sample', () => {
    const { effects } = run(
      press('blue', 0),
      { kind: 'songStarted', playId: 1, atMs: 4 },
      press('yellow', 5004),
    );
    expect(effects).toContainEqual(
      expect.objectContaining({ entry: expect.objectContaining({ kind: 'selected', positionMs: 5000 }) }),
    );
  });

  test('held for 1.5 s stops the music, withdraws the label and is never learnt', () => {
    const { state, effects } = run(
      press('blue', 0),
      release('blue', 90),
      stored('blue', 1),
      press('green', 3000),
      stored('green', 2),
      holdElapsed('green', 2, 4500),
      release('green', 4700),
    );
    expect(effects).toContainEqual({ kind: 'stopSound', fadeOutMs: 300 });
    expect(effects).toContainEqual(
      expect.objectContaining({
        entry: expect.objectContaining({ kind: 'stopped', withdrawnPressId: 2, positionMs: 4500 }),
      }),
    );
    expect(kinds(effects)).not.toContain('learn');
    expect(state.activity).toEqual({ kind: 'idle' });
  });

  test('is not a stop when it was released before the hold time', () => {
    const { effects } = run(
      press('blue', 0),
      release('blue', 9),
      press('green', 3000),
      release('green', 3200),
      holdElapsed('green', 2, 4500),
    );
    expect(kinds(effects)).not.toContain('stopSound');
  });

  test('is learnt in press order even when an earlier button is released later', () => {
    const { effects } = run(
      press('blue', 0),
      release('blue', 1),
      press('green', 10),
      press('red', 20),
      stored('green', 2),
      stored('red', 3),
      release('red', 30),
      release('green', 40),
    );
    const learnt = effects.flatMap((effect) => (effect.kind === 'learn' ? [effect.learntFrom.seq] : []));
    expect(learnt).toEqual([2, 3]);
  });

  test('that could not be stored is not learnt and the lamps say that something is wrong', () => {
    const { state, effects } = run(
      press('blue', 0),
      release('blue', 1),
      stored('blue', 1),
      press('red', 10),
      release('red', 20),
      { kind: 'pressNotStored', button: 'red', pressId: 2 },
    );
    expect(kinds(effects)).not.toContain('learn');
    expect(state.faults).toEqual(['journal']);
    expect(lampsOf(state).red).toBe('degraded');
  });
});

describe('the rest of the table', () => {
  test('a song that ends leaves the box ready and is recorded', () => {
    const { state, effects } = run(
      press('green', 0),
      release('green', 5),
      stored('green', 1),
      { kind: 'confirmElapsed', button: 'green', pressId: 1 },
      { kind: 'songEnded', playId: 1, atMs: 60_000 },
    );
    expect(kinds(effects).at(-1)).toBe('record finished');
    expect(Object.values(lampsOf(state))).toEqual(['ready', 'ready', 'ready', 'ready']);
  });

  describe('a song that cannot be played', () => {
    const failed = (playId: number): KioskEvent => ({
      kind: 'songFailed',
      playId,
      reason: 'cut short',
      atMs: 10,
    });
    const calm = (song: number): KioskEvent => ({
      kind: 'songsChosen',
      choices: { ...CHOICES, calm: chosen(song) },
      atMs: 12,
    });
    const played = (effects: KioskEffect[]): string[] =>
      effects.flatMap((effect) => (effect.kind === 'play' ? [effect.track.songId] : []));

    test('is recorded, left out of the next choice and replaced by it, so that the press has its music', () => {
      const asked = run(press('green', 0), failed(1));
      expect(asked.effects.at(-1)).toEqual({ kind: 'chooseAgain', broken: [CHOICES.calm.track.songId] });
      expect(lampsOf(runFrom(asked.state, release('green', 11)).state).green).toBe('glow');

      const { state, effects } = runFrom(asked.state, calm(5));
      expect(kinds(effects)).toEqual(['play', 'record replaced', 'chooseAgain']);
      expect(played(effects)).toEqual([chosen(5).track.songId]);
      expect(state.activity).toMatchObject({ kind: 'playing', playId: 2, pressId: 1, emotion: 'calm' });
      for (const effect of effects) if (effect.kind === 'record') journalEntrySchema.parse(effect.entry);
    });

    test('is not started again by a choice made before it failed', () => {
      const { state, effects } = runFrom(run(press('green', 0), failed(1)).state, calm(4));
      expect(effects).toEqual([]);
      expect(played(runFrom(state, calm(6)).effects)).toEqual([chosen(6).track.songId]);
    });

    test('leaves the box ready when there is nothing to play in its place', () => {
      const { state } = runFrom(run(press('green', 0), failed(1)).state, {
        kind: 'songsChosen',
        choices: {},
        atMs: 12,
      });
      expect(state.activity.kind).toBe('idle');
    });

    test('is not replaced once it has sounded: a second start would startle', () => {
      const { state } = run(press('green', 0), { kind: 'songStarted', playId: 1, atMs: 5 }, failed(1));
      expect(state.activity.kind).toBe('idle');
    });

    test('a press while it is being replaced is a request of its own', () => {
      const { state, effects } = runFrom(run(press('green', 0), failed(1)).state, press('blue', 11));
      expect(played(effects)).toEqual([CHOICES.sad.track.songId]);
      expect(state.activity).toMatchObject({ kind: 'playing', emotion: 'sad' });
    });
  });

  test('a song that came too late because there was no sound is not held against it', () => {
    const { state, effects } = run(press('green', 0), {
      kind: 'songMissed',
      playId: 1,
      reason: 'no sound',
      atMs: 10,
    });
    expect(state.activity.kind).toBe('idle');
    expect(effects.at(-1)).toEqual({ kind: 'chooseAgain', broken: [] });
  });

  test('answers about an earlier song change nothing', () => {
    const playing = run(press('green', 0)).state;
    for (const event of [
      { kind: 'songEnded', playId: 99, atMs: 5 },
      { kind: 'songFailed', playId: 99, reason: 'late', atMs: 5 },
      { kind: 'songStarted', playId: 99, atMs: 5 },
    ] as const) {
      expect(step(playing, event)).toEqual([playing, []]);
    }
  });

  test('sound lost and restored is said once each and never stops the kiosk', () => {
    const { state, effects } = run(
      press('green', 0),
      { kind: 'soundLost', reason: 'killed', atMs: 1 },
      { kind: 'soundLost', reason: 'killed', atMs: 2 },
      { kind: 'soundReady', sink: 'silent', atMs: 3 },
      { kind: 'soundReady', sink: 'silent', atMs: 4 },
    );
    expect(kinds(effects).slice(3)).toEqual(['record soundLost', 'record soundRestored']);
    expect(state.activity.kind).toBe('playing');
    expect(state.faults).toEqual([]);
  });

  test('a button that is not configured, or repeats its "down", does nothing', () => {
    const once = run(press('blue', 0)).state;
    expect(step(once, press('blue', 1))).toEqual([once, []]);
    expect(step(once, press('purple', 1))).toEqual([once, []]);
  });
});

const BUTTONS = SETTINGS.buttons.map(({ id }) => id);
const anyButton = fc.constantFrom(...BUTTONS);
const anyEvent = fc.oneof(
  { weight: 4, arbitrary: anyButton.map((button) => ({ kind: 'pressed', button, atMs: 0 }) as const) },
  { weight: 4, arbitrary: anyButton.map((button) => ({ kind: 'released', button, atMs: 0 }) as const) },
  {
    weight: 3,
    arbitrary: fc
      .record({ button: anyButton, pressId: fc.integer({ min: 1, max: 12 }) })
      .map(
        (answer) =>
          ({ kind: 'pressStored', storedAs: { epoch: 1, seq: answer.pressId }, ...answer }) as const,
      ),
  },
  fc
    .record({ button: anyButton, pressId: fc.integer({ min: 1, max: 12 }) })
    .map((answer) => ({ kind: 'holdElapsed', atMs: 0, ...answer }) as const),
  fc
    .record({ button: anyButton, pressId: fc.integer({ min: 1, max: 12 }) })
    .map((answer) => ({ kind: 'pressNotStored', ...answer }) as const),
  fc.integer({ min: 1, max: 12 }).map((playId) => ({ kind: 'songEnded', playId, atMs: 0 }) as const),
  fc.constant({ kind: 'songsChosen', choices: CHOICES, atMs: 0 } as const),
);

describe('whatever the order of events', () => {
  test('every accepted press is recorded exactly once, in press order, as a valid journal entry', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const { state, effects } = run(...events);
        const records = effects.filter((effect) => effect.kind === 'record');
        for (const { entry } of records) expect(journalEntrySchema.parse(entry)).toEqual(entry);
        const recorded = records.flatMap(({ press }) => (press === undefined ? [] : [press.pressId]));
        expect(recorded).toEqual(Array.from({ length: state.lastPressId }, (_, i) => i + 1));
      }),
    );
  });

  test('no press is learnt twice, none that was withdrawn, and always in press order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        const { effects } = run(...events);
        const learnt = effects.flatMap((effect) => (effect.kind === 'learn' ? [effect.learntFrom.seq] : []));
        const withdrawn = effects.flatMap((effect) =>
          effect.kind === 'record' && effect.entry.kind === 'stopped' && effect.entry.withdrawnPressId
            ? [effect.entry.withdrawnPressId]
            : [],
        );
        expect(learnt).toEqual([...new Set(learnt)].sort((a, b) => a - b));
        expect(learnt.filter((seq) => withdrawn.includes(seq))).toEqual([]);
      }),
    );
  });

  test('every button that is down has light', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const { state } = run(...events);
        const lamps = lampsOf(state);
        for (const button of Object.keys(state.down)) expect(['glow', 'confirm']).toContain(lamps[button]);
      }),
    );
  });
});

test('a button may have a hold time of its own', () => {
  const buttons = SETTINGS.buttons.map((button) =>
    button.id === 'red' ? { ...button, holdToStopMs: 4000 } : button,
  );
  const ready = step(createKiosk({ ...SETTINGS, buttons }), {
    kind: 'songsChosen',
    choices: CHOICES,
    atMs: 0,
  })[0];
  const { effects } = runFrom(ready, press('yellow', 0), press('red', 100), press('blue', 200));
  const holds = effects.flatMap((effect) =>
    effect.kind === 'startTimer' && effect.timer === 'hold' ? [effect.afterMs] : [],
  );
  expect(holds).toEqual([4000, 1500]);
});
