import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePageMessage } from '../../../device/panel/panel-protocol.ts';
import { EMPTY_STATUS, statusForPage } from '../../../device/panel/panel-status.ts';

describe('messages of a page', () => {
  test.each([
    ['not JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['another kind', '{"kind":"lamp","button":"sad","isDown":true}'],
    ['a field too many', '{"kind":"edge","button":"sad","isDown":true,"atMs":1}'],
    ['a field too few', '{"kind":"edge","button":"sad"}'],
    ['a truthy isDown', '{"kind":"edge","button":"sad","isDown":1}'],
    ['an empty button', '{"kind":"edge","button":"","isDown":true}'],
    ['a prototype key', '{"__proto__":{},"kind":"edge","button":"sad","isDown":true}'],
  ])('%s is not one', (_what, text) => {
    expect(parsePageMessage(text)).toBeUndefined();
  });

  test('an edge is one', () => {
    const edge = { kind: 'edge', button: 'sad', isDown: true } as const;
    expect(parsePageMessage(JSON.stringify(edge))).toEqual(edge);
  });

  test('no text whatever makes the parser throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parsePageMessage(text)));
  });
});

describe('status for a page', () => {
  const playing = {
    songId: '0'.repeat(32),
    title: 'Morning Kite',
    emotion: 'happy',
    startedAtMs: 1000,
    durationMs: 60_000,
    gainDb: -2,
  } as const;

  test('instants of the box become durations', () => {
    const status = statusForPage(
      {
        ...EMPTY_STATUS,
        playing,
        sync: { pendingEvents: 2, lastSyncedAtMs: 500 },
        feed: [{ kind: 'pressed', text: 'pressed happy', atMs: 900 }],
      },
      4000,
    );
    expect(status.playing?.positionMs).toBe(3000);
    expect(status.sync.syncedAgoMs).toBe(3500);
    expect(status.feed).toEqual([{ kind: 'pressed', text: 'pressed happy', agoMs: 3100 }]);
    expect(JSON.stringify(status)).not.toContain('AtMs');
  });

  test.each([
    ['a song that is due later is at its beginning', 0, 0],
    ['a song that is over is at its end', 100_000, 60_000],
  ])('%s', (_what, nowMs, positionMs) => {
    expect(statusForPage({ ...EMPTY_STATUS, playing }, nowMs).playing?.positionMs).toBe(positionMs);
  });

  test('a scan goes out as numbers, without the names of files', () => {
    const library = { done: 3, total: 9, secondsLeft: 4, fileName: 'Private.mp3' };
    expect(statusForPage({ ...EMPTY_STATUS, library }, 0).library).toEqual({
      done: 3,
      total: 9,
      secondsLeft: 4,
    });
    expect(statusForPage(EMPTY_STATUS, 0)).not.toHaveProperty('library');
  });

  test('a long feed is cut to its newest lines', () => {
    const feed = Array.from({ length: 50 }, (_, n) => ({ kind: 'synced', text: `${n}`, atMs: 0 }) as const);
    const sent = statusForPage({ ...EMPTY_STATUS, feed }, 0).feed;
    expect(sent).toHaveLength(12);
    expect(sent[0]?.text).toBe('0');
  });
});
