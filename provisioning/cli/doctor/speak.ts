/** Reads sentences aloud through espeak-ng, quietly: a child may be near. */
import { type StartProgram, startProgram } from '../../../device/hardware/child-program.ts';
import type { Terminal } from '../command.ts';

/** Of 200, where 100 is its own choice; and words a minute, where that is 175: softer and slower than usual. */
const AMPLITUDE = 50;
const WORDS_A_MINUTE = 145;

/** A dozen sentences, ms. */
const SPOKEN_WITHIN_MS = 180_000;

/** Resolves when all was said, or Ctrl-C; what hinders it is told as text. */
export async function speak(
  sentences: readonly string[],
  terminal: Terminal,
  start: StartProgram = startProgram,
): Promise<void> {
  if (terminal.signal.aborted) return;
  let said = (): void => {};
  const end = new Promise<string | undefined>((resolve) => {
    const program = start({
      command: 'espeak-ng',
      args: ['-v', 'en', '-a', String(AMPLITUDE), '-s', String(WORDS_A_MINUTE), '--', sentences.join('\n')],
      onOutput: () => {},
      onEnd: resolve,
    });
    const stop = (): void => {
      program.close();
      resolve(undefined);
    };
    const timer = setTimeout(stop, SPOKEN_WITHIN_MS);
    terminal.signal.addEventListener('abort', stop, { once: true });
    said = () => {
      clearTimeout(timer);
      terminal.signal.removeEventListener('abort', stop);
    };
  });
  const reason = await end;
  said();
  if (reason === undefined || /\(exit code 0\)$/.test(reason)) return;
  terminal.error(`It could not be read aloud: ${reason}. "sudo apt install espeak-ng" brings the voice.`);
}
