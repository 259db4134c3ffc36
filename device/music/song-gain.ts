/**
 * How much louder or softer each song is played, so that no song startles and none is lost: one level for all, and a
 * floor for those that would need more than is good for them.
 */

import { SILENCE_LUFS } from '../../models/features/loudness.ts';

/**
 * LUFS every song is brought to, and none is lifted above. AES TD1004 recommends -20 to -16 for streams; the lower end
 * leaves quiet classical music room below full scale, so that only 1 in many songs is held down by its peaks, and
 * popular music (-14 to -7) is only ever turned down.
 */
export const TARGET_LUFS = -20;
/** dBTP a song may reach, EBU R128 s2 and AES TD1004; what is lifted over it the limiter bends back, not the gain. */
export const TRUE_PEAK_CEILING_DB = -1;
/**
 * How far over the ceiling the peaks of a quiet song may be lifted, so that the song itself is heard: the limiter turns
 * them down by as much. Twice this is heard as pumping in music with drums.
 */
export const MOST_LIMITED_DB = 6;
/** A song that needs more than this is nearly silent; more would lift its hiss, and any click in it, to full level. */
export const MAX_GAIN_DB = 12;
/** The loudest masters are near -5 LUFS and need -15; more comes from damaged float files, which stay audible here. */
export const MIN_GAIN_DB = -24;

/** Songs between these are played between floor and target, whatever their peaks. LUFS. */
export const QUIETEST_LUFS = TARGET_LUFS - MAX_GAIN_DB;
export const LOUDEST_LUFS = TARGET_LUFS - MIN_GAIN_DB;

/** The softest such a song is played: -26 LUFS, for one of -32 LUFS whose peaks reach full scale. */
export const FLOOR_LUFS = QUIETEST_LUFS + MOST_LIMITED_DB;

interface MeasuredSong {
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
}

/** dB to play a song with: to the target, boosted only as far as its true peak stays within the limiter's reach; 0 for silence. */
export function songGainDb({ loudnessLufs, truePeakDb }: MeasuredSong): number {
  if (loudnessLufs <= SILENCE_LUFS) return 0;
  const wantedDb = TARGET_LUFS - loudnessLufs;
  const headroomDb = Math.max(0, TRUE_PEAK_CEILING_DB - truePeakDb) + MOST_LIMITED_DB;
  const gainDb = Math.min(wantedDb, headroomDb, MAX_GAIN_DB);
  return Math.round(Math.max(gainDb, MIN_GAIN_DB) * 100) / 100;
}

/** Which way even its gain leaves a song outside floor and target; undefined for nearly all. */
export function outOfReach(song: MeasuredSong): 'tooSoft' | 'tooLoud' | undefined {
  if (song.loudnessLufs <= SILENCE_LUFS) return 'tooSoft';
  // Gains are rounded to a hundredth of a decibel.
  const playedLufs = song.loudnessLufs + songGainDb(song);
  if (playedLufs < FLOOR_LUFS - 0.01) return 'tooSoft';
  return playedLufs > TARGET_LUFS + 0.01 ? 'tooLoud' : undefined;
}
