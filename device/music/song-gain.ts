/** How much louder or softer each song is played, so that no song startles and none is lost: one level for all. */

/**
 * LUFS every song is brought to. AES TD1004 recommends -20 to -16 for streams; the lower end leaves quiet classical
 * music room below full scale, so that only 1 in many songs is held down by its peaks, and popular music
 * (-14 to -7) is only ever turned down.
 */
export const TARGET_LUFS = -20;
/** dBTP a boosted song may reach: EBU R128 s2 and AES TD1004 ask for 1 dB below full scale. */
export const TRUE_PEAK_CEILING_DB = -1;
/** A song that needs more than this is nearly silent; more would lift its hiss, and any click in it, to full level. */
export const MAX_GAIN_DB = 12;
/** The loudest masters are near -5 LUFS and need -15; more comes from damaged float files, which stay audible here. */
export const MIN_GAIN_DB = -24;
/** What the loudness meter gives for silence (the absolute gate of ITU-R BS.1770): nothing to correct. */
const SILENCE_LUFS = -70;

/** dB to play a song with: to the target, boosted only as far as its true peak stays under the ceiling. */
export function songGainDb(song: { readonly loudnessLufs: number; readonly truePeakDb: number }): number {
  if (song.loudnessLufs <= SILENCE_LUFS) return 0;
  const wantedDb = TARGET_LUFS - song.loudnessLufs;
  const headroomDb = Math.max(0, TRUE_PEAK_CEILING_DB - song.truePeakDb);
  const gainDb = Math.min(wantedDb, headroomDb, MAX_GAIN_DB);
  return Math.round(Math.max(gainDb, MIN_GAIN_DB) * 100) / 100;
}
