/** Reads sentences aloud through espeak-ng, quietly: a child may be near. */
import { runTool } from '../../doctor/run-tool.ts';
import type { Terminal } from '../command.ts';

/** Of 200, where 100 is its own choice; and words a minute, where that is 175: softer and slower than usual. */
const AMPLITUDE = 50;
const WORDS_A_MINUTE = 145;

/** A dozen sentences, ms. */
const SPOKEN_WITHIN_MS = 180_000;

/** Resolves when all was said, or Ctrl-C; what hinders it is told as text. `run` as in tests. */
export async function speak(
  sentences: readonly string[],
  terminal: Terminal,
  run: typeof runTool = runTool,
): Promise<void> {
  const manner = ['-v', 'en', '-a', String(AMPLITUDE), '-s', String(WORDS_A_MINUTE)];
  const answer = await run('espeak-ng', [...manner, sentences.join('\n')], SPOKEN_WITHIN_MS, terminal.signal);
  if (answer.kind === 'missing') {
    terminal.error('It cannot be read aloud: espeak-ng is missing. "sudo apt install espeak-ng" brings it.');
  } else if (answer.kind === 'ended' && answer.code !== 0) {
    terminal.error(`It cannot be read aloud: espeak-ng failed (${answer.code}). See the lines about sound.`);
  }
}
