/** Follows a song through a recording, window by window: whether it is heard all along, and in order. Pure. */
import { createSongFinder, type Match } from '../../support/song-in-sound.ts';

/** A window is like the song from here on. */
const ALIKE = 0.9;

/** What both sides were silent for, or nearly: nothing to compare. -60 dBFS. */
const QUIET = 0.001;

export interface FollowedWindow extends Match {
  /** Where in the recording it begins, frames. */
  readonly from: number;
}

/**
 * Where in the song each window of the recording from `from` to `to` is, and how alike; quiet windows are left out. A
 * window is looked for where the one before it leads, and, if it is not there, in all of the song.
 */
export function followSong(
  recorded: Float32Array,
  song: Float32Array,
  { from, to, windowFrames }: { readonly from: number; readonly to: number; readonly windowFrames: number },
): readonly FollowedWindow[] {
  const finder = createSongFinder(song);
  const windows: FollowedWindow[] = [];
  /** How much earlier in the song than in the recording. */
  let lead: number | undefined;
  for (let at = from; at + windowFrames <= to; at += windowFrames) {
    const window = recorded.slice(at, at + windowFrames);
    if (!window.some((sample) => Math.abs(sample) >= QUIET)) continue;
    const expected = lead === undefined ? undefined : finder.findNear(window, at - lead, at - lead);
    const match = expected !== undefined && expected.correlation >= ALIKE ? expected : finder.find(window);
    if (match.correlation >= ALIKE) lead = at - match.at;
    windows.push({ from: at, ...match });
  }
  return windows;
}
