/** What a sub-command of `amecs` is. Commands talk to people through their terminal only, never through console. */

export interface Terminal {
  out(line: string): void;
  error(line: string): void;
  /** Draws over the last progress line; ends it when `done`. Silent when nobody watches. */
  progress(text: string, done?: boolean): void;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Usage, options and an example, as printed by `--help`. */
  readonly help: string;
  /** Resolves to the exit code. A mistake of the user's is told on `terminal.error`, never thrown. */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
  /** Commands under this one, such as `code` of `amecs server code`, each loaded when asked for. */
  readonly subCommands?: CommandTable;
}

export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;

/** A mistake in how a command was called: told as one sentence with a hint, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
