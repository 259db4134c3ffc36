/**
 * Keeps codecs from doing harm: their chatter does not reach the log, and one that makes no progress is given up.
 */
import { DecodeError } from './decode-error.ts';

/** A codec that complains more often than this about one 32 KB piece is going round in circles. */
const MAX_LINES = 10_000;
const CHANNELS = ['error', 'warn', 'log'] as const;

/**
 * Run a codec's step with the console silenced for its synchronous part, which is where libmpg123 writes its
 * `MPG123_ERR` lines; no other code of this process can run meanwhile. Too many lines end an endless inner loop
 * (mpg123-decoder retries for ever on a lasting error) by throwing out of it.
 */
export function withoutChatter<Result>(step: () => Result): Result {
  // biome-ignore lint/suspicious/noConsole: nothing is printed; the codec's printing is what is silenced.
  const voices = CHANNELS.map((name) => console[name]);
  let lines = 0;
  const hush = (): void => {
    lines++;
    if (lines > MAX_LINES) throw new DecodeError('damaged');
  };
  for (const name of CHANNELS) console[name] = hush;
  try {
    return step();
  } finally {
    CHANNELS.forEach((name, index) => {
      console[name] = voices[index]!;
    });
  }
}

/** The promise's outcome, or a rejection with `DecodeError` "stuck" after `limitMs`. */
export async function withDeadline<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DecodeError('stuck')), limitMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
