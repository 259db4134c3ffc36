#!/usr/bin/env node
/** The `amecs` command: finds the sub-command, gives it a terminal, turns its mistakes into plain sentences. */
import { createRequire } from 'node:module';
import { type Command, UsageError } from './command.ts';
import { createTerminal } from './terminal.ts';

/** Loaded when asked for, so that `amecs pull` never loads an audio library. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.ts')).startCommand,
  device: async () => (await import('./device-command.ts')).deviceCommand,
  server: async () => (await import('./server-command.ts')).serverCommand,
  library: async () => (await import('./library-command.ts')).libraryCommand,
  model: async () => (await import('./model-command.ts')).modelCommand,
  pull: async () => (await import('./pull-command.ts')).pullCommand,
};

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const terminal = createTerminal(stop.signal);

  const [first, ...rest] = argv;
  if (first === '--version' || first === 'version') {
    terminal.out((createRequire(import.meta.url)('../../../package.json') as { version: string }).version);
    return 0;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(await overview());
    return 0;
  }
  const load = COMMANDS[first];
  if (load === undefined) {
    terminal.error(`There is no command "${first}". Run "amecs --help" to see what there is.`);
    return 2;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.name === 'start' ? `${await overview()}\n\n${command.help}` : command.help);
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(error.message);
    return 2;
  }
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'AMECS: a music box with emotion buttons that learns from the child who presses them.',
    '',
    'Usage: amecs COMMAND [options]      (npm start is "amecs start")',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'amecs COMMAND --help tells the options of a command.',
  ].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
