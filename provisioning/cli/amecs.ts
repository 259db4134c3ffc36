#!/usr/bin/env node
/** The `amecs` command: finds the sub-command, gives it a terminal, turns its mistakes into plain sentences. */
import { createRequire } from 'node:module';
import { type Command, type CommandTable, UsageError } from './command.ts';
import { keepHeapSmall } from './small-heap.ts';
import { createTerminal } from './terminal.ts';

/** Loaded when asked for, so that `amecs pull` never loads an audio library. */
const COMMANDS: CommandTable = {
  start: async () => {
    keepHeapSmall();
    return (await import('./start-command.ts')).startCommand;
  },
  device: async () => {
    keepHeapSmall();
    return (await import('./device-command.ts')).deviceCommand;
  },
  server: async () => (await import('./server-command.ts')).serverCommand,
  buttons: async () => (await import('./buttons-command.ts')).buttonsCommand,
  library: async () => (await import('./library-command.ts')).libraryCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  model: async () => (await import('./model-command.ts')).modelCommand,
  pull: async () => (await import('./pull-command.ts')).pullCommand,
};

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const terminal = createTerminal(stop.signal);

  const [first] = argv;
  if (first === '--version' || first === 'version') {
    terminal.out((createRequire(import.meta.url)('../../../package.json') as { version: string }).version);
    return 0;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(await overview());
    return 0;
  }
  try {
    const { command, rest } = await findCommand(argv);
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.out(command.name === 'start' ? `${await overview()}\n\n${command.help}` : command.help);
      return 0;
    }
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(error.message);
    return 2;
  }
}

/** The command `argv` names, looked up under its parents, and the words after its name. Rejects with UsageError for none. */
async function findCommand(
  argv: readonly string[],
  table = COMMANDS,
  parents = 'amecs',
): Promise<{ command: Command; rest: readonly string[] }> {
  const [name = '', ...rest] = argv;
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (load === undefined) {
    throw new UsageError(
      `There is no command "${name}" of ${parents}. Run "${parents} --help" to see what there is.`,
    );
  }
  const command = await load();
  const isNamed = rest[0] !== undefined && !rest[0].startsWith('-');
  if (command.subCommands === undefined || !isNamed) return { command, rest };
  return findCommand(rest, command.subCommands, `${parents} ${command.name}`);
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
