/** Is what the child did kept well: the database, the music it is about, and the way to the server. */
import { join } from 'node:path';
import { readIdentity } from '../../../device/sync/identity-file.ts';
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { ServerAnswer, Visit } from '../machine.ts';
import type { JournalReading } from '../read-journal.ts';
import { counted, megabytes } from '../words.ts';

/** A week of a busy box; a server that takes nothing for so long has a reason, events. */
const MANY_UNSENT = 5000;

/** Beyond this the clock is wrong, not the network slow, ms. */
const CLOCK_TOLERANCE_MS = 60_000;

export function checkDatabase({ machine, config, data }: Visit): Judgement {
  return judgeDatabase(
    machine.readJournal(join(data, 'device', 'device.sqlite')),
    config.server !== undefined,
  );
}

export function judgeDatabase(reading: JournalReading, hasServer: boolean): Judgement {
  switch (reading.kind) {
    case 'missing':
      return notHere('nothing kept yet: the box begins it when it first runs');
    case 'damaged':
      return broken(
        'damaged',
        'Copy it to another disk first. The box sets it aside at its next start and begins a new one.',
        'docs/box.md, “A damaged database”',
      );
    case 'notOurs':
      return broken(
        'device.sqlite is not the database of a box',
        'Move it away, or name the right folder with --data.',
      );
    case 'unreadable':
      return broken(
        `cannot be read (${reading.reason})`,
        'Run this as the user the box runs as.',
        'sudo -u amecs amecs doctor ...',
      );
    case 'newer':
      return broken(
        `made by a newer AMECS (schema ${reading.schema})`,
        'Update AMECS on this box; until then it cannot start.',
      );
  }
  const { events, unsent, schema, sizeBytes, logBytes, setAside } = reading;
  const waiting =
    hasServer && unsent !== undefined ? `, ${counted(unsent, 'waits', 'wait')} for the server` : '';
  const size = `${megabytes(sizeBytes)}${logBytes > 0 ? ` and ${megabytes(logBytes)} of log` : ''}`;
  const found = `sound, ${counted(events, 'event')}${waiting}, ${size}, schema ${schema}`;
  if (setAside > 0) {
    return look(
      `${found}; ${counted(setAside, 'damaged one was', 'damaged ones were')} set aside earlier`,
      'What is in it may be saved: copy it to another disk. A new card may be due.',
      'device/device.sqlite.damaged-* in the data folder',
    );
  }
  if (hasServer && (unsent ?? 0) > MANY_UNSENT) {
    return look(found, 'Nothing is lost, but the server should get it: see the line about the server.');
  }
  return good(found);
}

/** `folder` of the device file, else what the box would play. */
export async function checkMusic({ machine, config, data }: Visit): Promise<Judgement> {
  const own = join(data, 'music');
  const ownCount = config.musicFolder === undefined ? await machine.songCount(own) : 'missing';
  if (config.musicFolder === undefined && (typeof ownCount !== 'number' || ownCount === 0)) {
    const starters = await machine.songCount(join(data, 'starter-songs'));
    return typeof starters === 'number' && starters > 0
      ? good(counted(starters, 'starter song'))
      : notHere('none yet: “amecs start” composes twenty starter songs; your own come with --music DIR');
  }
  const songs = config.musicFolder === undefined ? ownCount : await machine.songCount(config.musicFolder);
  if (typeof songs === 'number' && songs > 0) return good(`${counted(songs, 'file')} in the music folder`);
  const found =
    songs === 'missing'
      ? 'the music folder of the device file is not there'
      : songs === 'unreadable'
        ? 'this user may not read the music folder'
        : 'the music folder is empty';
  return broken(
    found,
    'Put songs there, plug in the stick they are on, or name another folder in the device file.',
  );
}

export async function checkServer({ machine, config, data }: Visit): Promise<Judgement> {
  const { server } = config;
  if (server === undefined) return notHere('the device file names none: everything stays on the box');
  const identity = await readIdentity(machine.pathOf(join(data, 'device', 'identity.json')));
  if (identity.kind === 'damaged') {
    return broken('the file with the box’s key is damaged or may not be read', identity.hint);
  }
  const answer = await machine.askServer(server.url);
  if (identity.kind !== 'enrolled') {
    return server.enrolmentCode === undefined
      ? look(
          `not enrolled, ${answerWords(answer)}`,
          'Ask the centre for a one-time code and put it into the device file.',
          'docs/device-file.md, server',
        )
      : look(
          `not enrolled yet, ${answerWords(answer)}`,
          'The box enrols by itself when it starts with a network.',
        );
  }
  return judgeServer(answer);
}

export function judgeServer(answer: ServerAnswer): Judgement {
  const found = `enrolled, ${answerWords(answer)}`;
  switch (answer.kind) {
    case 'silence':
      return look(
        found,
        'Nothing is lost: the box sends when there is a network. If there is one, ask the centre.',
      );
    case 'stranger':
      return look(
        found,
        'Something else answers, as sign-in pages of hotels do. Sign in, or ask whoever runs the network.',
      );
    case 'answered':
      if (!answer.isHealthy) return look(found, 'Ask the centre; the box tries again by itself.');
  }
  return Math.abs(answer.serverMs - answer.wallMs) > CLOCK_TOLERANCE_MS
    ? look(found, 'The clock of this box is wrong. The centre corrects the times; a network sets the clock.')
    : good(found);
}

function answerWords(answer: ServerAnswer): string {
  if (answer.kind === 'silence') return `the server does not answer (${answer.reason})`;
  if (answer.kind === 'stranger')
    return `something else answers in the server’s place (status ${answer.status})`;
  const apartMs = answer.serverMs - answer.wallMs;
  const apart =
    Math.abs(apartMs) < 2000
      ? 'its clock and ours agree'
      : `its clock is ${spanWords(Math.abs(apartMs))} ${apartMs > 0 ? 'ahead of' : 'behind'} ours`;
  return answer.isHealthy
    ? `the server answers, ${apart}`
    : `the server answers, but it is not well, ${apart}`;
}

function spanWords(ms: number): string {
  if (ms < 120_000) return counted(Math.round(ms / 1000), 'second');
  if (ms < 2 * 3_600_000) return counted(Math.round(ms / 60_000), 'minute');
  if (ms < 48 * 3_600_000) return counted(Math.round(ms / 3_600_000), 'hour');
  return counted(Math.round(ms / 86_400_000), 'day');
}
