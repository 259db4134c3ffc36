/**
 * What the box tells people while it works: one line for each thing that happens, and the same as fields for the log.
 * Titles are for the terminal and the page of this box only; log fields hold ids, never titles, paths or names.
 */
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { type Emotion, emotionIndex, type PerEmotion } from '../models/emotions.ts';
import type { AudioLog } from './audio/audio-supervisor.ts';
import type { Fault, KioskEffect, KioskEvent } from './core/kiosk-state.ts';
import type { MusicChange } from './music/music-folder.ts';
import type { FeedKind } from './panel/panel-protocol.ts';

export interface Announcement {
  readonly kind: FeedKind | 'stopped' | 'finished' | 'sound' | 'library' | 'server';
  /** For people, without the kind. */
  readonly text: string;
  /** For the log. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** The lines one step of the kiosk deserves; most deserve none. */
export function announcementsOfStep(
  event: KioskEvent,
  effects: readonly KioskEffect[],
  titleOf: (songId: string) => string,
): readonly Announcement[] {
  const lines: Announcement[] = [];
  for (const effect of effects) {
    if (effect.kind !== 'record') continue;
    const { entry } = effect;
    switch (entry.kind) {
      case 'requested': {
        const { emotion, songId, propensity } = entry;
        lines.push(pressedLine(emotion, entry.button, entry.pressId));
        lines.push({
          kind: 'playing',
          text: `${titleOf(songId)} (${emotion}: ${percent(entry.predicted, emotion)})`,
          fields: { songId, emotion, propensity },
        });
        break;
      }
      case 'replaced':
        lines.push({
          kind: 'playing',
          text: `${titleOf(entry.songId)} in its place`,
          fields: { songId: entry.songId, propensity: entry.propensity },
        });
        break;
      case 'selected':
        lines.push(pressedLine(entry.emotion, entry.button, entry.pressId, ` for ${titleOf(entry.songId)}`));
        break;
      case 'unanswered':
        lines.push(pressedLine(entry.emotion, entry.button, entry.pressId));
        break;
      case 'stopped':
        lines.push({ kind: 'stopped', text: titleOf(entry.songId), fields: { songId: entry.songId } });
        break;
      case 'finished':
        lines.push({ kind: 'finished', text: titleOf(entry.songId), fields: { songId: entry.songId } });
        break;
      case 'playFailed':
        lines.push({
          kind: 'fault',
          text:
            event.kind === 'songMissed'
              ? `${titleOf(entry.songId)} was not played: ${entry.reason}`
              : `${titleOf(entry.songId)} cannot be played and is left out until the next start: ${entry.reason}`,
          fields: { songId: entry.songId, reason: 'playFailed' },
        });
        break;
      case 'pressIgnored':
        if (event.kind !== 'buttonStuck') break;
        lines.push({
          kind: 'fault',
          text: `The button ${entry.button} has been down for very long: it counts as let go until it comes up.`,
          fields: { reason: 'stuckButton', button: entry.button },
        });
        break;
      case 'soundLost':
        lines.push({
          kind: 'fault',
          text: `No sound for the moment: ${entry.reason}. Buttons and lamps go on; sound comes back by itself.`,
          fields: { reason: 'soundLost' },
        });
        break;
    }
  }
  if (event.kind === 'soundReady') {
    lines.push({ kind: 'sound', text: event.sink, fields: { sink: event.sink } });
  }
  if (event.kind === 'pressNotStored') {
    lines.push({ kind: 'fault', text: FAULT_SENTENCES.journal, fields: { reason: 'pressNotStored' } });
  }
  return lines;
}

/** The lines a change of the music folder deserves; the first scan is told by whoever started it. */
export function announcementsOfMusic(change: MusicChange): readonly Announcement[] {
  const { added, removed, newlyRefused, songCount } = change;
  if (change.isFirst) return [];
  const lines = newlyRefused.map(({ path, reason, hint }): Announcement => {
    const text = `${basename(path)} cannot be played: ${reason}. ${hint}`;
    return { kind: 'fault', text, fields: { reason: 'songRefused' } };
  });
  const changes = [
    ...(added.length > 0 ? [`${added.length} new: ${named(added)}`] : []),
    ...(removed.length > 0 ? [`${removed.length} gone: ${named(removed)}`] : []),
  ];
  if (changes.length > 0) {
    const text = `${changes.join('; ')}. ${songCount} ${songCount === 1 ? 'song' : 'songs'} can be played.`;
    const fields = { added: added.length, removed: removed.length, songs: songCount };
    lines.push({ kind: 'library', text, fields });
  }
  return lines;
}

/** A few titles, and how many more. */
function named(songs: readonly { readonly title: string }[]): string {
  const few = songs.slice(0, 3).map(({ title }) => title);
  const more = songs.length - few.length;
  return few.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What each fault means and what to do about it. */
export const FAULT_SENTENCES: Readonly<Record<Fault, string>> = {
  noMusic: 'There is no song to play yet. Put songs into the music folder, or start with --music FOLDER.',
  noSound: 'There is no sound for the moment. Buttons and lamps go on; sound comes back by itself.',
  journal:
    'A press could not be written to disk, so its lamp did not confirm and it is not learnt. Check the free space.',
  stuckButton:
    'A button has been down for very long, so it counts as let go. See whether something lies on it, or it is stuck.',
  population:
    'What most people hear in songs is not known, so the box goes by the songs’ own tags and what the child teaches it. ' +
    'Install the program again, on a 64-bit system.',
};

function pressedLine(emotion: Emotion, button: string, pressId: number, forWhat = ''): Announcement {
  return { kind: 'pressed', text: `${emotion}${forWhat}`, fields: { button, emotion, pressId } };
}

function percent(predicted: PerEmotion, emotion: Emotion): string {
  return `${Math.round(100 * predicted[emotionIndex(emotion)])} %`;
}

/** The audio process's log; which output it found, and why, is worth a line for people too. */
export function audioLog(log: Logger, announce: (announcement: Announcement) => void): AudioLog {
  const tell = (level: 'info' | 'warn') => (fields: object, message: string) => {
    log[level](fields, message);
    if ('event' in fields && fields.event === 'audio.sink')
      announce({ kind: 'sound', text: message, fields: {} });
  };
  return { info: tell('info'), warn: tell('warn') };
}
