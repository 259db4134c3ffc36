/** Does the box run, and does it keep running. */
import { resolve } from 'node:path';
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { outputOf } from '../run-tool.ts';
import { counted, listed } from '../words.ts';

const UNIT = 'amecs';

/** Where a box keeps its things that was not told otherwise, below its user's home. */
const OWN_FOLDER = '/.local/share/amecs';

/** A box that was updated or set a few times is no riddle. */
const MANY_RESTARTS = 5;

export async function checkBox({ machine, data }: Visit): Promise<Judgement> {
  const boxes = await runningBoxes(machine);
  const ours = boxes.filter((box) => isOn(data, box)).map(({ pid }) => pid);
  return judgeBox(ours, await unitState(machine));
}

export interface UnitState {
  readonly active: string;
  readonly restarts: number;
}

export function judgeBox(pids: readonly number[], unit: UnitState | undefined): Judgement {
  const log = `journalctl -u ${UNIT} -n 50`;
  if (pids.length > 1) {
    return look(
      `${pids.length} boxes run on this data folder (processes ${listed(pids.map(String))})`,
      'Each answers the same buttons. End all but one.',
      `systemctl status ${UNIT}`,
    );
  }
  if (unit === undefined) {
    return pids.length === 1
      ? good(`runs (process ${pids[0]})`)
      : notHere('does not run now, and is no service here');
  }
  const restarts = unit.restarts === 0 ? '' : `, started again ${counted(unit.restarts, 'time')}`;
  if (unit.active === 'failed') {
    return broken(`the service has failed${restarts}`, 'See what it said last, then start it.', log);
  }
  if (pids.length === 0) {
    const found = `the service is installed but does not run (${unit.active})${restarts}`;
    return unit.active === 'active' || unit.active === 'activating'
      ? broken(found, 'It ends again and again: see what it said last.', log)
      : look(found, 'Start it.', `sudo systemctl start ${UNIT}`);
  }
  if (unit.restarts > MANY_RESTARTS) {
    return look(`runs (process ${pids[0]})${restarts}`, 'It ended by itself: see what it said last.', log);
  }
  return good(`runs (process ${pids[0]})${restarts}`);
}

export interface RunningBox {
  readonly pid: number;
  /** What its `--data` names; undefined for its user's own folder. */
  readonly data: string | undefined;
}

/** Processes that are `amecs device` or `amecs start`. */
export async function runningBoxes(machine: Machine): Promise<readonly RunningBox[]> {
  const pids = (await machine.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const boxes = await Promise.all(
    pids.map(async (pid) => boxOf(pid, (await machine.read(`/proc/${pid}/cmdline`)) ?? '')),
  );
  return boxes.filter((box) => box !== undefined).sort((a, b) => a.pid - b.pid);
}

function boxOf(pid: number, commandLine: string): RunningBox | undefined {
  const words = commandLine.split('\0');
  const at = words.findIndex((word) => /(^|\/)amecs(\.js)?$/.test(word));
  if (at < 0 || !['device', 'start'].includes(words[at + 1] ?? '')) return undefined;
  const joined = words.find((word) => word.startsWith('--data='))?.slice('--data='.length);
  const apart = words.includes('--data') ? words[words.indexOf('--data') + 1] : undefined;
  return { pid, data: joined ?? apart };
}

/** Of another user's process only the words of its command are known. */
function isOn(data: string, box: RunningBox): boolean {
  return box.data === undefined ? data.endsWith(OWN_FOLDER) : resolve(box.data) === data;
}

/** Undefined where systemd or the unit is not there. */
async function unitState(machine: Machine): Promise<UnitState | undefined> {
  const properties = ['--property=LoadState', '--property=ActiveState', '--property=NRestarts'];
  const told = outputOf(await machine.run('systemctl', ['show', UNIT, ...properties])) ?? '';
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(told)?.[1] ?? '';
  if (value('LoadState') !== 'loaded') return undefined;
  return { active: value('ActiveState'), restarts: Number(value('NRestarts')) || 0 };
}
