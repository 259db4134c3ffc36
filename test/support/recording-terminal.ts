/** A terminal that remembers what it was told. */
import type { Terminal } from '../../provisioning/cli/command.ts';

export interface RecordingTerminal extends Terminal {
  readonly outLines: readonly string[];
  readonly errorLines: readonly string[];
  /** Ctrl-C. */
  stop(): void;
}

export function createRecordingTerminal(): RecordingTerminal {
  const outLines: string[] = [];
  const errorLines: string[] = [];
  const abort = new AbortController();
  return {
    outLines,
    errorLines,
    signal: abort.signal,
    out: (line) => void outLines.push(line),
    error: (line) => void errorLines.push(line),
    progress: () => {},
    stop: () => abort.abort(),
  };
}
