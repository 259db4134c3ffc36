/** `amecs start`: everything on one machine, for trying out: starter songs, kiosk with on-screen buttons, and a server. */
import { join } from 'node:path';
import type { Announcement } from '../../device/announcements.ts';
import { composeStarterSongs, starterSongsReady } from '../../device/music/starter/starter-songs.ts';
import { DEFAULT_PORT } from '../../sync-server/main.ts';
import type { Command, Terminal } from './command.ts';
import { configFrom, DEVICE_OPTIONS, DEVICE_OPTIONS_HELP, runDevice } from './device-command.ts';
import { ownMusicIfAny } from './library/own-music.ts';
import { dataFolder, parseOptions, parsePort } from './options.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { bar } from './terminal.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'the box with on-screen buttons, its music and a server, all on this machine (npm start)',
  help: `Usage: amecs start [options]

${DEVICE_OPTIONS_HELP}
  --server-port PORT  port of the server (default ${DEFAULT_PORT}; 0: any free one)
  --no-server         the box alone

Example: npm start -- --music ~/Music`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, {
      ...DEVICE_OPTIONS,
      'server-port': { type: 'string', default: String(DEFAULT_PORT) },
      'no-server': { type: 'boolean', default: false },
    });
    const serverPort = parsePort(values['server-port'], '--server-port');
    const data = dataFolder(values.data);
    const config = configFrom(values, terminal);
    if (config === undefined) return 2;

    let server: ServerProcess | undefined;
    if (!values['no-server']) server = await startServer(data, serverPort, terminal);
    try {
      const musicFolder =
        config.musicFolder ??
        ownMusicIfAny(data) ??
        (await starterSongs(join(data, 'starter-songs'), terminal));
      if (terminal.signal.aborted) return 0;
      return await runDevice({
        config,
        data,
        musicFolder,
        terminal,
        announce: (announcement) => terminal.out(lineOf(announcement)),
        server,
      });
    } finally {
      await server?.close();
    }
  },
};

/** One line a person can read at a glance: what, then the rest. */
function lineOf({ kind, text }: Announcement): string {
  return `${kind.padEnd(9)} ${text}`;
}

async function startServer(
  data: string,
  port: number,
  terminal: Terminal,
): Promise<ServerProcess | undefined> {
  try {
    return await startServerProcess({
      data,
      port,
      signal: terminal.signal,
      onFault: (sentence) => terminal.error(sentence),
    });
  } catch (error) {
    terminal.error((error as Error).message);
    return undefined;
  }
}

/** The folder with the starter songs, composed if they are not there yet. */
async function starterSongs(directory: string, terminal: Terminal): Promise<string> {
  if ((await starterSongsReady(directory)) !== undefined) return directory;
  terminal.out('Composing the starter songs (once, well under a minute) ...');
  try {
    const songs = await composeStarterSongs({
      directory,
      signal: terminal.signal,
      onProgress: ({ done, total, title }) =>
        terminal.progress(`${bar(done, total)} ${done}/${total}  ${title}`, done === total),
    });
    terminal.out(`${songs.length} starter songs are ready in ${directory}.`);
  } catch (error) {
    if (!terminal.signal.aborted) terminal.error((error as Error).message);
  }
  return directory;
}
