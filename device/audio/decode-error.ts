/**
 * Why a file cannot be played, in a caregiver's words: one table of reasons and hints.
 * Nothing here names a codec's inner error; that is kept as `cause` for whoever repairs the box.
 */

/** A file that yields nothing for this long is given up (the kiosk's promise to a caregiver). */
export const STALL_LIMIT_MS = 20_000;

const REFUSALS = {
  unreadable: {
    reason: 'the file cannot be opened',
    hint: 'Check that it still exists, that the stick or disk is plugged in, and that the box may read it.',
  },
  empty: {
    reason: 'the file is empty (0 bytes)',
    hint: 'The copy probably broke off. Copy the song to the box again.',
  },
  notAudio: {
    reason: 'this is not a music file, whatever its name says',
    hint: 'Open it on a computer to see what it is; put a real recording in its place or remove it.',
  },
  unsupported: {
    reason: 'the box does not play this kind of file',
    hint: 'Convert it to mp3, m4a, flac, ogg, opus, wav or aiff on a computer and copy that instead.',
  },
  protected: {
    reason: 'the song is locked by copy protection',
    hint: 'Songs bought or rented with copy protection play only in the shop’s own app. Use an unprotected copy.',
  },
  damaged: {
    reason: 'the file is damaged and none of it can be played',
    hint: 'Play it on a computer. If that fails too, copy or download the song again.',
  },
  silent: {
    reason: 'there is no sound in the file',
    hint: 'The copy probably broke off before the music begins. Copy the song to the box again.',
  },
  changing: {
    reason: 'the sampling rate changes in the middle of the file',
    hint: 'It was probably glued together from several recordings. Convert it to mp3 or flac on a computer.',
  },
  tooLarge: {
    reason: 'the file is too large for its kind to be read at once',
    hint: 'Convert it to flac or mp3 on a computer, or cut it into shorter pieces.',
  },
  stuck: {
    reason: 'reading the file made no progress for 20 seconds',
    hint: 'The file is damaged, or the stick or disk it lies on is failing. Copy the song to the box again.',
  },
} as const;

export type DecodeErrorKind = keyof typeof REFUSALS;

/** A file that cannot be decoded; `reason` and `hint` are sentences to show to a caregiver. */
export class DecodeError extends Error {
  readonly kind: DecodeErrorKind;
  readonly reason: string;
  readonly hint: string;

  /** `detail` is put after the reason in brackets, such as the name of a format. */
  constructor(kind: DecodeErrorKind, detail?: string, options?: ErrorOptions) {
    const reason = detail === undefined ? REFUSALS[kind].reason : `${REFUSALS[kind].reason} (${detail})`;
    super(reason, options);
    this.name = 'DecodeError';
    this.kind = kind;
    this.reason = reason;
    this.hint = REFUSALS[kind].hint;
  }
}
