/** A reason why the server cannot start, in words for the person who started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** What to do, one sentence. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
