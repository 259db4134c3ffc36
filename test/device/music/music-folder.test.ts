/** The kiosk's songs follow the folder: offered as they are heard, never fewer in between, and children come first. */
import { basename } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LibrarySong } from '../../../device/core/ports.ts';
import type { Library, ScanOptions, ScanOutcome, ScanProgress } from '../../../device/music/library.ts';
import { createMusicFolder, type MusicChange, type MusicFolder } from '../../../device/music/music-folder.ts';
import { songNumber } from '../../support/songs.ts';

interface Bench {
  readonly music: MusicFolder;
  /** Titles at each offer. */
  readonly offers: string[][];
  readonly changes: MusicChange[];
  readonly progress: ScanProgress[];
  readonly calls: string[];
  /** What the next scan finds. */
  found: { songs: LibrarySong[]; refused?: string[] } | 'missing';
  nowMs: number;
  /** Until when passing songs on takes. */
  passedOn: Promise<void>;
  /** The folder changed on disk. */
  disturb(unsettled?: string[]): Promise<void>;
  scans: ScanOptions[];
}

function bench(): Bench {
  let tellChange: (unsettled: ReadonlySet<string>) => Promise<void> = async () => {};
  const library: Library = {
    async scan(folder, options = {}): Promise<ScanOutcome> {
      self.calls.push('scan');
      self.scans.push(options);
      if (self.found === 'missing') {
        return { kind: 'missing', folder, reason: 'The folder is not there.', hint: 'Plug it in.' };
      }
      const { songs, refused = [] } = self.found;
      for (const [index, song] of songs.entries()) {
        await Promise.resolve();
        options.signal?.throwIfAborted();
        options.onSong?.(song);
        options.onProgress?.({ done: index + 1, total: songs.length, fileName: basename(song.path) });
        self.nowMs += 700;
      }
      return {
        kind: 'scanned',
        songs,
        refused: refused.map((path) => ({ path, reason: 'it is bad', hint: 'Take another.' })),
        newlyHeard: songs.length,
        duplicates: 0,
        notSaved: 0,
      };
    },
    pause: () => void self.calls.push('pause'),
    resume: () => void self.calls.push('resume'),
    close: async () => void self.calls.push('close'),
  };
  const self: Bench = {
    offers: [],
    changes: [],
    progress: [],
    calls: [],
    scans: [],
    found: { songs: [] },
    nowMs: 0,
    passedOn: Promise.resolve(),
    disturb: (unsettled = []) => tellChange(new Set(unsettled)),
    music: createMusicFolder({
      library,
      offer(songs) {
        self.offers.push(songs.map(({ title }) => title));
        return self.passedOn;
      },
      onScanned: (change) => void self.changes.push(change),
      onProgress: (progress) => void self.progress.push(progress),
      monotonicMs: () => self.nowMs,
      watch({ onChange }) {
        tellChange = onChange;
        self.calls.push('watch');
        return { started: Promise.resolve(), close: () => void self.calls.push('stop watching') };
      },
    }),
  };
  return self;
}

const songs = (...numbers: number[]): LibrarySong[] => numbers.map(songNumber);

describe('the first scan', () => {
  test('begins under watch, offers the first song at once and the others in handfuls', async () => {
    const self = bench();
    self.found = { songs: songs(1, 2, 3, 4, 5, 6), refused: ['/music/bad.mp3'] };
    const outcome = await self.music.open('/music');
    expect(self.calls).toEqual(['watch', 'scan']);
    expect(outcome.kind).toBe('scanned');
    expect(self.offers.map(({ length }) => length)).toEqual([1, 4, 6]);
    expect(self.changes[0]).toMatchObject({ isFirst: true, songCount: 6, faults: ['bad.mp3: it is bad'] });
  });

  test('is over only when its songs can be chosen, and never when the box closes before', async () => {
    const self = bench();
    self.found = { songs: songs(1) };
    let passOn = (): void => {};
    self.passedOn = new Promise((resolve) => {
      passOn = resolve;
    });
    const first = self.music.open('/music');
    await vi.waitFor(() => expect(self.offers).toHaveLength(2));
    expect(self.changes).toEqual([]);
    passOn();
    await first;
    expect(self.changes).toHaveLength(1);
    self.found = { songs: [] };
    self.passedOn = self.music.close();
    await expect(self.disturb()).rejects.toThrow('the box is closing');
    expect(self.changes).toHaveLength(1);
  });

  test('tells its progress once a second, not with every file', async () => {
    const self = bench();
    self.found = { songs: songs(1, 2, 3, 4, 5, 6) };
    const all: number[] = [];
    await self.music.open('/music', ({ done }) => all.push(done));
    expect(all).toEqual([1, 2, 3, 4, 5, 6]);
    expect(self.progress.map(({ done }) => done)).toEqual([3, 5]);
  });
});

describe('when the folder changes', () => {
  test('a new song is added to those there are, which stay offered meanwhile', async () => {
    const self = bench();
    self.found = { songs: songs(1, 2) };
    await self.music.open('/music');
    self.offers.length = 0;
    self.found = { songs: songs(1, 2, 3) };
    await self.disturb(['/music/4.ogg']);
    expect(self.offers.every((titles) => titles.includes('Song 1') && titles.includes('Song 2'))).toBe(true);
    expect(self.offers.at(-1)).toEqual(['Song 1', 'Song 2', 'Song 3']);
    expect(self.changes[1]).toMatchObject({ isFirst: false, songCount: 3, removed: [] });
    expect(self.changes[1]!.added.map(({ title }) => title)).toEqual(['Song 3']);
    expect(self.scans[1]!.leaveOut).toEqual(new Set(['/music/4.ogg']));
  });

  test('songs that went are told, and a stick that went is a fault until it is back', async () => {
    const self = bench();
    self.found = { songs: songs(1, 2) };
    await self.music.open('/music');
    self.found = 'missing';
    await self.disturb();
    expect(self.changes[1]!.removed).toHaveLength(2);
    expect(self.changes[1]!.faults).toEqual(['The folder is not there. Plug it in.']);
    expect(self.offers.at(-1)).toEqual([]);
    self.found = { songs: songs(1, 2) };
    await self.disturb();
    expect(self.changes[2]).toMatchObject({ songCount: 2, faults: [] });
  });

  test('a refused file is new once', async () => {
    const self = bench();
    self.found = { songs: songs(1), refused: ['/music/old.mp3'] };
    await self.music.open('/music');
    self.found = { songs: songs(1), refused: ['/music/old.mp3', '/music/new.mp3'] };
    await self.disturb();
    await self.disturb();
    expect(self.changes.map(({ newlyRefused }) => newlyRefused.map(({ path }) => basename(path)))).toEqual([
      ['old.mp3'],
      ['new.mp3'],
      [],
    ]);
  });

  test('during the first scan, the second waits for its end', async () => {
    const self = bench();
    self.found = { songs: songs(1, 2, 3) };
    const first = self.music.open('/music');
    await Promise.resolve();
    await Promise.resolve();
    const second = self.disturb();
    await Promise.all([first, second]);
    expect(self.changes.map(({ isFirst }) => isFirst)).toEqual([true, false]);
  });
});

describe('while a child is at the buttons', () => {
  test('listening stands still until two seconds after the last press', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const self = bench();
    self.found = { songs: songs(1) };
    await self.music.open('/music');
    self.calls.length = 0;
    self.music.makeWay();
    vi.advanceTimersByTime(1500);
    self.music.makeWay();
    vi.advanceTimersByTime(1999);
    expect(self.calls).toEqual(['pause', 'pause']);
    vi.advanceTimersByTime(1);
    expect(self.calls).toEqual(['pause', 'pause', 'resume']);
  });

  test('it goes on while there is nothing to play yet, or there never would be', async () => {
    const self = bench();
    self.music.makeWay();
    await self.music.open('/music');
    self.music.makeWay();
    expect(self.calls).toEqual(['watch', 'scan']);
  });
});

test('closing ends a scan, the watch and the library', async () => {
  const self = bench();
  self.found = { songs: songs(1, 2) };
  const scan = self.music.open('/music');
  const refusal = expect(scan).rejects.toThrow('closing');
  await Promise.resolve();
  await self.music.close();
  await refusal;
  expect(self.calls).toEqual(['watch', 'scan', 'stop watching', 'close']);
  expect(self.changes).toEqual([]);
});
