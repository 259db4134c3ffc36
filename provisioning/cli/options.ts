/** Command-line options: parsing with clear errors, and the ones several commands share. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

type OptionSpecs = NonNullable<ParseArgsConfig['options']>;

/** `parseArgs` with its complaints as UsageError. */
export function parseOptions<T extends OptionSpecs>(
  argv: readonly string[],
  options: T,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals });
  } catch (error) {
    const [reason] = (error as Error).message.split('. ');
    throw new UsageError(`${reason}. Add --help to see the options.`);
  }
}

/** Where the box and the server keep their things: `--data`, else the XDG data folder. */
export function dataFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const base = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return join(base, 'amecs');
}

/** Parses `--port`-like values. Throws UsageError. */
export function parsePort(text: string, option: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UsageError(
      `${option} ${text} is not a port: use a whole number from 0 to 65535 (0: any free one).`,
    );
  }
  return port;
}

/** Parses an `http` or `https` address without a path, such as `https://amecs.example.org`. Throws UsageError. */
export function parseOrigin(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(
      `${option} ${text} is not the address of a server: write it like https://amecs.example.org.`,
    );
  }
  return url.origin;
}
