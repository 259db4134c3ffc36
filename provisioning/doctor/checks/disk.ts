/** Will the card go on keeping what the child does: room, and what the kernel knows of its health. */
import { broken, good, type Judgement, look, notHere } from '../finding.ts';
import type { Machine, Visit } from '../machine.ts';
import { outputOf } from '../run-tool.ts';
import { counted, listed, megabytes } from '../words.ts';

/** A press takes about 16 kB of writes and 2 kB to keep; hearing a song 30 kB. With this left the box ends soon, bytes. */
const FULL_BYTES = 50e6;
/** A system update needs about this, bytes. */
const SCARCE_BYTES = 500e6;

export async function checkSpace({ machine, data }: Visit): Promise<Judgement> {
  const space = await machine.space(data);
  if (space === undefined) return notHere('the disk does not tell');
  const found = `${megabytes(space.freeBytes)} of ${megabytes(space.totalBytes)} free`;
  if (space.freeBytes < FULL_BYTES || space.freeFiles === 0) {
    return broken(
      space.freeFiles === 0 ? `${found}, but no more files fit` : found,
      'Make room on the disk: without it no press can be kept.',
      'sudo apt clean',
      'du -xh --max-depth=2 / | sort -h | tail',
    );
  }
  return space.freeBytes < SCARCE_BYTES
    ? look(found, 'Make room on the disk soon.', 'sudo apt clean')
    : good(found);
}

interface Mount {
  readonly point: string;
  readonly isReadOnly: boolean;
  readonly type: string;
  /** Such as `179:2`. */
  readonly device: string;
}

const NEW_CARD = 'Save the data, then use a new card, of a kind made for constant writing (“endurance”).';

export async function checkCard({ machine, data }: Visit): Promise<Judgement> {
  const path = (await machine.space(data))?.realPath ?? data;
  const mount = mountOf(path, parseMounts((await machine.read('/proc/self/mountinfo')) ?? ''));
  if (mount === undefined) return notHere('the kernel does not tell');
  const partition = await deviceName(machine, mount.device);
  const where = partition === undefined ? mount.type : `${partition} (${mount.type})`;
  if (mount.isReadOnly) {
    return broken(
      `${where} can only be read: the kernel makes a disk so after errors`,
      `Start the box again; the disk is repaired then. If it comes back: ${lowerFirst(NEW_CARD)}`,
    );
  }
  if (partition === undefined) return good(`${where} can be written to`);

  const errors = Number((await machine.read(`/sys/fs/${mount.type}/${partition}/errors_count`)) ?? 0);
  const ioErrors = await countIoErrors(machine, diskOf(partition));
  if (errors > 0 || ioErrors > 0) {
    const counts = [
      ...(errors > 0 ? [`${counted(errors, 'error')} in the file system`] : []),
      ...(ioErrors > 0 ? [`${counted(ioErrors, 'reading or writing error')} since the start`] : []),
    ];
    return broken(`${listed(counts)} on ${where}`, NEW_CARD, 'docs/box.md, “A card that fails”');
  }
  const worn = await wear(machine, diskOf(partition));
  if (worn === undefined) return good(`${where}, no errors`);
  if (worn.isOver) return broken(`${where}, no errors, but ${worn.words}`, NEW_CARD);
  return worn.isNear
    ? look(`${where}, no errors, but ${worn.words}`, NEW_CARD)
    : good(`${where}, no errors, ${worn.words}`);
}

/** /proc/self/mountinfo (proc(5)): id, parent, device, root, mount point, options, ..., "-", type, source, options. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [front = '', back = ''] = line.split(' - ');
    const [, , device, , point, options] = front.split(' ');
    const [type, , superOptions] = back.split(' ');
    if (device === undefined || point === undefined || type === undefined) return [];
    const isReadOnly = [options, superOptions].some((each) => each?.split(',').includes('ro'));
    // Blanks and the like are written as three octal digits.
    const plain = point.replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    return [{ point: plain, isReadOnly, type, device }];
  });
}

/** The one a path lies on: the deepest, and of several on one place the last. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
    .reduce<Mount | undefined>(
      (deepest, each) => (each.point.length >= (deepest?.point.length ?? 0) ? each : deepest),
      undefined,
    );
}

/** Such as `mmcblk0p2`; undefined for what is no disk, such as a container's overlay. */
async function deviceName(machine: Machine, device: string): Promise<string | undefined> {
  return /^DEVNAME=(.+)$/m.exec((await machine.read(`/sys/dev/block/${device}/uevent`)) ?? '')?.[1];
}

/** `mmcblk0` of `mmcblk0p2`, `sda` of `sda1`. */
function diskOf(partition: string): string {
  return /^(\w*\d)p\d+$/.exec(partition)?.[1] ?? /^([a-z]+)\d+$/.exec(partition)?.[1] ?? partition;
}

/** What the kernel's log says of this disk, where this user may read it. */
async function countIoErrors(machine: Machine, disk: string): Promise<number> {
  const log = outputOf(await machine.run('dmesg', [])) ?? '';
  const isOfDisk = new RegExp(`\\b${disk}(p?\\d+)?\\b`);
  return log.split('\n').filter((line) => /\bI\/O error\b/i.test(line) && isOfDisk.test(line)).length;
}

/**
 * What a card tells of its wear; few do. `life_time`: two numbers, each in tenths, 0x0b when it is over;
 * `pre_eol_info`: 1 normal, 2 most spare blocks used, 3 urgent (JEDEC eMMC 5.0, EXT_CSD 267-269).
 */
async function wear(
  machine: Machine,
  disk: string,
): Promise<{ readonly words: string; readonly isNear: boolean; readonly isOver: boolean } | undefined> {
  const folder = `/sys/block/${disk}/device`;
  const tenths = ((await machine.read(`${folder}/life_time`)) ?? '').split(/\s+/).map(Number);
  const used = Math.max(0, ...tenths.filter((value) => value >= 1 && value <= 0x0b));
  const spare = Number((await machine.read(`${folder}/pre_eol_info`)) ?? 0);
  if (used === 0 && spare === 0) return undefined;
  const isOver = used === 0x0b || spare === 3;
  const words = isOver
    ? 'its life as the maker counts it is over'
    : used > 0
      ? `at most ${used * 10} % of its life used`
      : spare === 2
        ? 'most of its spare blocks are used'
        : 'spare blocks left';
  return { words, isOver, isNear: used >= 9 || spare === 2 };
}

function lowerFirst(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1);
}
