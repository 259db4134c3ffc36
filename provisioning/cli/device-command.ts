/** `amecs device`: the box itself, as systemd runs it; logs JSON lines to stdout. Its running is shared with `start`. */
import { mkdirSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Announcement } from '../../device/announcements.ts';
import { createBoxFiles } from '../../device/box-files.ts';
import { ConfigError, type DeviceConfig, parseDeviceConfig, readDeviceConfig } from '../../device/config.ts';
import { type Hands, openHands } from '../../device/hardware/open-hands.ts';
import { systemClock } from '../../device/hardware/system-clock.ts';
import { type Device, startDevice } from '../../device/main.ts';
import { enrol } from '../../device/sync/enrolment.ts';
import { type Identity, readIdentity, writeIdentity } from '../../device/sync/identity-file.ts';
import type { Command, Terminal } from './command.ts';
import { ownMusicIfAny } from './library/own-music.ts';
import { dataFolder, parseOptions, parsePort } from './options.ts';
import { tellScan } from './scan-progress-line.ts';

export const DEVICE_OPTIONS = {
  config: { type: 'string' },
  data: { type: 'string' },
  music: { type: 'string' },
  port: { type: 'string' },
  sound: { type: 'string' },
} as const;

export const DEVICE_OPTIONS_HELP = `  --config FILE       a device file (JSON); without one, the built-in default
  --data DIR          where everything is kept (default: ~/.local/share/amecs)
  --music DIR         play the songs in this folder: mp3, m4a, aac, flac, ogg, opus, wav, aiff
  --port PORT         port of the page with the buttons (default 4280; 0: any free one)
  --sound OUTPUT      auto, speaker, aplay, silent or wav:FILE (default auto: the best there is)`;

export const deviceCommand: Command = {
  name: 'device',
  summary: 'the box alone, for a service manager: logs JSON lines',
  help: `Usage: amecs device --music DIR [options]

${DEVICE_OPTIONS_HELP}`,

  async run(argv, terminal) {
    const { values } = parseOptions(argv, DEVICE_OPTIONS);
    const config = configFrom(values, terminal);
    if (config === undefined) return 2;
    const data = dataFolder(values.data);
    const musicFolder = config.musicFolder ?? ownMusicIfAny(data) ?? join(data, 'starter-songs');
    return runDevice({ config, data, musicFolder, terminal, announce: () => {}, logsToStdout: true });
  },
};

/** The device file with the command line laid over it; undefined after its faults were told. */
export function configFrom(
  values: { config?: string; music?: string; port?: string; sound?: string },
  terminal: Terminal,
): DeviceConfig | undefined {
  try {
    const base =
      values.config === undefined ? parseDeviceConfig({}, 'default') : readDeviceConfig(values.config);
    const sound = values.sound?.startsWith('wav:') ? { wav: values.sound.slice(4) } : values.sound;
    return parseDeviceConfig(
      {
        ...base,
        ...(values.music === undefined ? {} : { musicFolder: values.music }),
        ...(sound === undefined ? {} : { sound }),
        panel: {
          ...base.panel,
          ...(values.port === undefined ? {} : { port: parsePort(values.port, '--port') }),
        },
      },
      values.config ?? 'with these options',
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    terminal.error(error.message);
    return undefined;
  }
}

/** Runs the box until the terminal's signal, then takes it down. Resolves to the exit code. */
export async function runDevice(options: {
  readonly config: DeviceConfig;
  readonly data: string;
  readonly musicFolder: string;
  readonly terminal: Terminal;
  readonly announce: (announcement: Announcement) => void;
  /** A server on this machine, to enrol with by itself. */
  readonly server?: { readonly url: string; readonly enrolmentCode: string } | undefined;
  readonly logsToStdout?: boolean;
}): Promise<number> {
  const { config, musicFolder, terminal, announce } = options;
  const folder = join(options.data, 'device');
  let device: Device;
  let hands: Hands | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const logFile = options.logsToStdout ? undefined : join(folder, 'device.log');
    // Synchronous: a worker transport would lose the last lines, which are the ones that matter.
    const log = pino({ base: null }, pino.destination({ dest: logFile ?? 1, sync: true }));
    hands = await openBoxHands(config, log, terminal, announce);
    device = await startDevice({
      config,
      folder,
      appVersion: appVersion(),
      log,
      announce,
      hardware: hands,
      ...(logFile === undefined ? {} : { emptyLog: () => truncate(logFile) }),
    });
  } catch (error) {
    await closeHands(hands);
    terminal.error(`The box cannot start: ${(error as Error).message}`);
    return 1;
  }
  try {
    const identityFile = join(folder, 'identity.json');
    const identity = await joinServer(identityFile, options.server ?? config.server, terminal);
    if (identity !== undefined)
      device.connect(identity, {
        save: (changed) => writeIdentity(identityFile, changed),
        remove: () => createBoxFiles(folder).remove(basename(identityFile)),
      });
    // Closing the box ends a scan that is still under way.
    await Promise.race([
      tellScan(terminal, (onProgress) => device.scan(musicFolder, onProgress)),
      aborted(terminal.signal),
    ]);
    if (!terminal.signal.aborted)
      introduce(device, musicFolder, options.server?.url ?? identity?.serverUrl, terminal);
    await aborted(terminal.signal);
    return 0;
  } finally {
    await device.close();
    hands.close();
  }
}

/** For a box that did not start: its contacts have nobody who would close them. */
async function closeHands(hands: Hands | undefined): Promise<void> {
  await Promise.all((hands?.contacts ?? []).map((contacts) => contacts.close()));
  hands?.close();
}

/** The box's buttons and lamps; what is missing, is lost or is back is kept in the log and told to people. */
async function openBoxHands(
  config: DeviceConfig,
  log: Logger,
  terminal: Terminal,
  announce: (announcement: Announcement) => void,
): Promise<Hands> {
  let tellPeople = (sentence: string): void => terminal.error(sentence);
  const hands = await openHands({
    settings: config,
    clock: systemClock,
    tell(sentence) {
      log.warn({ event: 'hands', reason: sentence });
      tellPeople(sentence);
    },
  });
  tellPeople = (text) => announce({ kind: 'fault', text, fields: { reason: 'hands' } });
  return hands;
}

/** This box's identity at its server: the kept one, or a new one by the one-time code at hand. */
async function joinServer(
  path: string,
  server: { readonly url: string; readonly enrolmentCode?: string | undefined } | undefined,
  terminal: Terminal,
): Promise<Identity | undefined> {
  if (server === undefined) return undefined;
  const kept = await readIdentity(path);
  if (kept.kind === 'enrolled') return { ...kept.identity, serverUrl: server.url };
  if (kept.kind === 'damaged') {
    terminal.error(`${kept.reason}. ${kept.hint} The box works without the server until then.`);
    return undefined;
  }
  if (server.enrolmentCode === undefined) {
    if (kept.kind === 'outdated') terminal.error(`${kept.reason}.`);
    terminal.error(`This box is not enrolled at ${server.url}: put its one-time code into the device file.`);
    return undefined;
  }
  const outcome = await enrol({ serverUrl: server.url, code: server.enrolmentCode, stop: terminal.signal });
  if (outcome.kind === 'enrolled') {
    await writeIdentity(path, outcome.identity);
    return outcome.identity;
  }
  if (!terminal.signal.aborted)
    terminal.error(`The box could not enrol at ${server.url}: ${outcome.reason}. ${outcome.hint}`);
  return undefined;
}

function introduce(
  device: Device,
  musicFolder: string,
  serverUrl: string | undefined,
  terminal: Terminal,
): void {
  const { out } = terminal;
  out('');
  if (device.panelUrl !== undefined) out(`  Buttons   ${device.panelUrl}`);
  if (serverUrl !== undefined) out(`  Server    ${serverUrl}`);
  out(`  Music     ${musicFolder}`);
  out('  Data      amecs pull --out FOLDER   writes what was pressed as CSV');
  out('');
  out('  Keys 1 to 4 press the buttons on the page; holding one stops the music. Ctrl-C ends everything.');
  out('');
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function appVersion(): string {
  return (createRequire(import.meta.url)('../../../package.json') as { version: string }).version;
}
