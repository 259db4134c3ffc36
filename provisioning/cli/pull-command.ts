/**
 * `amecs pull`: a site's data as CSV files with a dictionary, all of it or nothing.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bytes32Schema } from '../../sync-server/protocol/enrolment.ts';
import { PULL_FILES } from '../../sync-server/pull/dictionary.ts';
import { pullToFolder } from '../../sync-server/pull/pull-to-folder.ts';
import { PullError } from '../../sync-server/pull/read-export.ts';
import { SERVER_FILES } from '../../sync-server/server-files.ts';
import { type Command, UsageError } from './command.ts';
import { dataFolder, parseOptions } from './options.ts';

export const pullCommand: Command = {
  name: 'pull',
  summary: 'write the collected data as CSV files with a dictionary',
  help: `Usage: amecs pull --out DIR [options]

Reads everything the server has and writes ${Object.values(PULL_FILES).join(', ')} to DIR.
The files are replaced together, and only once all data have arrived.

  --out DIR          where the files go; made if need be
  --server URL       address of the server (default: the one that last ran with this --data)
  --token-file FILE  file with the researcher token (default: the one of the server with this --data)
  --data DIR         folder of the server on this machine (default: the AMECS data folder)

Example: amecs pull --out study-1 --server https://amecs.example.org --token-file token.txt`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, {
      out: { type: 'string' },
      server: { type: 'string' },
      'token-file': { type: 'string' },
      data: { type: 'string' },
    });
    if (values.out === undefined) {
      throw new UsageError('pull needs to know where to write: --out DIR. Add --help to see the options.');
    }
    const outDir = resolve(values.out);
    const serverDir = join(dataFolder(values.data), 'server');
    const tokenFile = values['token-file'] ?? join(serverDir, SERVER_FILES.researcherToken);
    try {
      const source = {
        serverUrl: checkUrl(values.server ?? (await readAddress(join(serverDir, SERVER_FILES.address)))),
        researcherToken: await readToken(tokenFile),
        signal: terminal.signal,
      };
      const pulled = await pullToFolder(outDir, source);
      terminal.out(
        `${count(pulled.events, 'event')} and ${count(pulled.interactions, 'press', 'presses')} ` +
          `of ${count(pulled.participants, 'participant')} are in ${outDir}.`,
      );
      if (pulled.isDemo) terminal.out('These are the data of a demo, not of a study.');
      if (pulled.quarantined > 0) {
        terminal.out(
          `${count(pulled.quarantined, 'event')} more could not be taken and are raw in ${PULL_FILES.quarantine}; ` +
            'the column reason says why.',
        );
      }
      return 0;
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      terminal.error(`Nothing was pulled: ${error.message}. ${error.hint}`);
      return 1;
    }
  },
};

async function readAddress(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const hint = 'Name the server with --server URL, or its folder with --data DIR.';
    throw new PullError('no server has run on this machine with this --data', hint, { cause: error });
  }
}

function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  const hint = 'Write it like https://amecs.example.org or http://127.0.0.1:7645.';
  throw new PullError(`"${text}" is not the address of a server`, hint);
}

async function readToken(path: string): Promise<string> {
  const hint = 'Ask whoever runs the server for the researcher token and name its file with --token-file.';
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new PullError(`read token: ${(error as Error).message}`, hint, { cause: error });
  }
  if (bytes32Schema.safeParse(token).success) return token;
  throw new PullError(`read token: what is in ${path} is not a researcher token`, hint);
}

function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
