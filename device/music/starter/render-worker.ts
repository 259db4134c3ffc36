/** Worker thread that composes, plays, mixes and encodes one piece at a time, at low priority. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { composeScore } from './composer.ts';
import { createSongEncoder } from './encode.ts';
import { SAMPLE_RATE_HZ } from './instruments/voice.ts';
import { renderSong } from './mixdown.ts';
import { performScore } from './performance.ts';
import { ALL_PIECES } from './pieces/all-pieces.ts';
import type { RenderAnswer, RenderJob } from './render-messages.ts';

/** Nice: on Linux the priority of this thread, not of the process. */
const BACKGROUND_PRIORITY = 10;

const port = parentPort!;

try {
  setPriority(BACKGROUND_PRIORITY);
} catch {
  // Not permitted here: it works at the priority it has.
}

const encoding = createSongEncoder();

async function render({ title }: RenderJob): Promise<RenderAnswer> {
  try {
    const number = ALL_PIECES.findIndex((piece) => piece.title === title);
    const piece = ALL_PIECES[number]!;
    const score = composeScore(piece);
    const sound = renderSong(score, performScore(score));
    const comments = [
      `TITLE=${title}`,
      'ARTIST=AMECS starter songs',
      `TRACKNUMBER=${number + 1}`,
      // What it was composed as; the box takes its word until the child says otherwise.
      `MOOD=${piece.intended}`,
    ];
    const ogg = (await encoding)(sound, comments, number + 1);
    return { kind: 'rendered', ogg, durationMs: Math.round((1000 * sound.left.length) / SAMPLE_RATE_HZ) };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}

port.on('message', async (job: RenderJob) => {
  const answer = await render(job);
  port.postMessage(answer, answer.kind === 'rendered' ? [answer.ogg.buffer] : []);
});
