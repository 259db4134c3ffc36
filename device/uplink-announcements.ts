/**
 * What people are told of the way to the server: a line for each turn of the uplink, and the sentence that stays on the
 * page while only a person can put it right. A box without a network is no fault: everything is kept, nothing waits.
 */
import type { Announcement } from './announcements.ts';
import type { UplinkEvent, UplinkTrouble } from './sync/uplink-events.ts';

/** The lines a turn of the uplink deserves. */
export function announcementsOfUplink(event: UplinkEvent): readonly Announcement[] {
  switch (event.kind) {
    case 'synced': {
      const { count, through, quarantined } = event;
      const aside = quarantined.length === 0 ? '' : `, ${quarantined.length} of them set aside there`;
      const text = `${count} ${count === 1 ? 'event' : 'events'} safe at the server${aside}`;
      return [{ kind: 'synced', text, fields: { count, epoch: through.epoch, seq: through.seq } }];
    }
    case 'waiting': {
      const { trouble, reason, retryInMs } = event;
      const text = `Not synced yet: ${withoutStop(reason)}. Everything is kept; next try in ${inWords(retryInMs)}.`;
      return [{ kind: 'fault', text, fields: { reason: trouble, retryInMs } }];
    }
    case 'rewound': {
      const text = 'The server has less than it had (restored from a backup?): sending again what it lacks.';
      const { epoch, seq } = event.to;
      return [{ kind: 'fault', text, fields: { reason: 'rewound', epoch, seq } }];
    }
    case 'forked': {
      const text =
        'Another box writes the same journal (was its card copied?): this one goes on in a journal of its own. ' +
        'Nothing is lost; give each box its own card and its own enrolment code.';
      const { fromEpoch, epoch } = event;
      return [{ kind: 'fault', text, fields: { reason: 'forked', fromEpoch, epoch } }];
    }
  }
}

/** Troubles that stay until a person does something, at the server or at the box. */
const STANDING: readonly UplinkTrouble[] = ['revoked', 'unknownKey'];

/** The sentences that stay on the page after this event; undefined when it changes none of them. */
export function serverFaultsAfter(event: UplinkEvent): readonly string[] | undefined {
  if (event.kind === 'synced') return [];
  if (event.kind !== 'waiting') return undefined;
  return STANDING.includes(event.trouble) ? [event.reason] : undefined;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function inWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
