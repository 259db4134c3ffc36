/** What people are told of the way to the server, and what stays on the page until they do something. */
import { describe, expect, test } from 'vitest';
import type { UplinkEvent } from '../../device/sync/uplink-events.ts';
import { announcementsOfUplink, serverFaultsAfter } from '../../device/uplink-announcements.ts';
import { PROBLEMS } from '../../sync-server/protocol/problem.ts';

const place = { epoch: 1, seq: 7 };
const aside = { ...place, reason: 'unreadable' } as const;
const revoked: UplinkEvent = {
  kind: 'waiting',
  trouble: 'revoked',
  reason: `${PROBLEMS.deviceRevoked.title} ${PROBLEMS.deviceRevoked.hint}`,
  retryInMs: 3_600_000,
};
const offline: UplinkEvent = {
  kind: 'waiting',
  trouble: 'offline',
  reason: 'no answer within 20 s',
  retryInMs: 400,
};

describe('people are told', () => {
  test.each<[string, UplinkEvent, RegExp]>([
    [
      'what is safe',
      { kind: 'synced', through: place, count: 1, quarantined: [] },
      /^1 event safe at the server$/,
    ],
    [
      'what the server set aside',
      { kind: 'synced', through: place, count: 7, quarantined: [aside] },
      /^7 events safe at the server, 1 of them set aside there$/,
    ],
    [
      'why nothing was sent, that it is kept, and when it is tried again',
      offline,
      /^Not synced yet: no answer within 20 s. Everything is kept; next try in 1 s.$/,
    ],
    ['a long wait in minutes', { ...offline, retryInMs: 900_000 }, /next try in 15 min\.$/],
    [
      'that their box was taken off, and what to do',
      revoked,
      /^Not synced yet: This box was taken off the server\. .*enrol it again.*mistake\. Everything is kept; next try in 1 h\.$/,
    ],
    [
      'that a restored server is sent again what it lacks',
      { kind: 'rewound', to: place },
      /restored from a backup\?/,
    ],
    [
      'that a card was copied, that nothing is lost, and what to do',
      { kind: 'forked', fromEpoch: 1, epoch: 2 },
      /card copied\?.*Nothing is lost; give each box its own card/,
    ],
  ])('%s', (_what, event, text) => {
    expect(announcementsOfUplink(event).map((line) => line.text)).toEqual([expect.stringMatching(text)]);
  });

  test('the log gets words for machines only', () => {
    expect(announcementsOfUplink(revoked)[0]?.fields).toEqual({ reason: 'revoked', retryInMs: 3_600_000 });
  });
});

describe('on the page stays', () => {
  test.each<[string, UplinkEvent, readonly string[] | undefined]>([
    ['what only a person can undo', revoked, [expect.stringMatching(/taken off the server/) as string]],
    ['nothing new without a network', offline, undefined],
    ['nothing once events arrive again', { kind: 'synced', through: place, count: 1, quarantined: [] }, []],
  ])('%s', (_what, event, faults) => {
    expect(serverFaultsAfter(event)).toEqual(faults);
  });
});
