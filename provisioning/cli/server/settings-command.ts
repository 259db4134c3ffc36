/** `amecs server settings`: what a caregiver changes of a box from here; it takes effect there between two songs. */
import { type RemoteSettings, remoteSettingsSchema } from '../../../sync-server/protocol/downlink.ts';
import { type Command, UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';
import { boxOf, STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

type SettingName = keyof RemoteSettings;

const MEANINGS: Readonly<Record<SettingName, string>> = {
  novelty: '0: a request is answered predictably; 1: always a surprise',
  holdToStopMs: 'holding a button this long stops the music, ms (500 to 10000)',
  fadeInMs: 'how long a song fades in, ms (20 to 5000)',
  fadeOutMs: 'how long a song fades out, ms (20 to 380)',
};

const NAMES = Object.keys(MEANINGS) as SettingName[];

export const settingsCommand: Command = {
  name: 'settings',
  summary: 'shows or changes the settings of a box from afar',
  help: `Usage: amecs server settings BOX [NAME=VALUE ...] [options]

Shows what is set for a box, or changes it. The box takes it at its next contact, between two songs, and keeps it; it
overrides the device file. NAME= (without a value) lets the device file decide again. BOX is its id, or the beginning
or the end of it. The server may be running.

${NAMES.map((name) => `  ${name.padEnd(14)}  ${MEANINGS[name]}`).join('\n')}

${STORE_OPTIONS_HELP}

Example: amecs server settings 9b2f novelty=0.2 fadeInMs=400`,

  async run(argv, terminal) {
    const { values, positionals } = parseOptions(argv, STORE_OPTIONS, true);
    const [box, ...assignments] = positionals;
    if (box === undefined) throw new UsageError('Name one box: amecs server settings BOX [NAME=VALUE ...].');
    const changes = assignments.map(parseAssignment);
    return withSite(values, terminal, async (site) => {
      const { deviceId, participantId, status } = await boxOf(site, box);
      if (status === 'withdrawn') {
        terminal.error(`The data of box ${deviceId} were withdrawn: it has no settings any more.`);
        return 1;
      }
      const { siteId, store } = site;
      const { settings } = await store.downlink({ siteId, deviceId, participantId });
      if (changes.length === 0) {
        for (const line of settingsLines(settings?.values ?? {})) terminal.out(line);
        return 0;
      }
      const wanted = { ...settings?.values, ...Object.fromEntries(changes) };
      const version = await store.setSettings(siteId, deviceId, remoteSettingsSchema.parse(wanted));
      terminal.out(`Box ${deviceId} takes its settings, version ${version}, at its next contact.`);
      return 0;
    });
  },
};

function parseAssignment(word: string): readonly [SettingName, number | undefined] {
  const [name = '', ...rest] = word.split('=');
  if (!NAMES.includes(name as SettingName)) {
    throw new UsageError(`There is no setting "${name}": there are ${NAMES.join(', ')}.`);
  }
  if (rest.length !== 1) throw new UsageError(`"${word}" sets nothing: write ${name}=VALUE.`);
  const setting = name as SettingName;
  const [text = ''] = rest;
  if (text === '') return [setting, undefined];
  const parsed = remoteSettingsSchema.shape[setting].safeParse(Number(text));
  if (parsed.success) return [setting, parsed.data];
  throw new UsageError(`${name} cannot be ${text}: ${MEANINGS[setting]}.`);
}

function settingsLines(values: Readonly<Record<string, unknown>>): readonly string[] {
  const set = NAMES.filter((name) => values[name] !== undefined);
  if (set.length === 0) return ['Nothing is set from here: the device file decides.'];
  return set.map((name) => `${name} = ${values[name]}`);
}
