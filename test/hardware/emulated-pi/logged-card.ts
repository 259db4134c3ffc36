/**
 * A small ext4 card for the emulated Pi whose every write and flush is logged, so that it can be looked at as a power cut
 * at any moment would leave it (write-log.ts, cut-disk.ts). Its cache holds writes back until a flush, as a real one's does.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Room for four songs and the box's database; small, because hundreds of images of it are made. */
const CARD_MB = 48;

/** As Raspberry Pi OS mounts its root file system; ext4 adds `data=ordered` and barriers by itself. */
export const MOUNT_OPTIONS = 'noatime';

export interface LoggedCard {
  /** As it was before the machine first saw it. */
  readonly blank: string;
  readonly log: string;
  /** More arguments for QEMU. */
  readonly machineArguments: readonly string[];
  /** Bytes of the log so far. */
  logBytes(): number;
}

/** Makes a card in `folder` that holds the files of `content`. */
export function makeLoggedCard(folder: string, content: string): LoggedCard {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [blank, disk, log] = ['blank.img', 'disk.img', 'writes.log'].map((name) => join(folder, name));
  // Nothing is left for the kernel to initialise later: it would fill the log.
  const extended = 'lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0';
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-E', extended, '-d', content, blank!, `${CARD_MB}M`]);
  copyFileSync(blank!, disk!);
  execFileSync('truncate', ['-s', '0', log!]);
  return {
    blank: blank!,
    log: log!,
    machineArguments: [
      ...['-blockdev', loggedDisk(disk!, log!)],
      ...['-device', 'virtio-blk-pci,drive=card,write-cache=on'],
    ],
    logBytes: () => statSync(log!).size,
  };
}

/** More arguments for QEMU: a card that is only a card. */
export function plainCardArguments(image: string): readonly string[] {
  return [
    ...['-blockdev', `driver=raw,node-name=card,file.driver=file,file.filename=${image}`],
    ...['-device', 'virtio-blk-pci,drive=card,write-cache=on'],
  ];
}

/** Shell command of the machine that mounts the card at `path`. */
export function mountCard(path: string): string {
  return `modprobe ext4 && mkdir -p ${path} && mount -t ext4 -o ${MOUNT_OPTIONS} /dev/vda ${path}`;
}

/** The host need not flush its own disk: what the guest asked for stands in the log. */
function loggedDisk(disk: string, log: string): string {
  return [
    'driver=blklogwrites,node-name=card,log-sector-size=512,log-super-update-interval=1',
    `file.driver=file,file.filename=${disk},file.cache.no-flush=on,file.discard=unmap`,
    `log.driver=file,log.filename=${log},log.cache.no-flush=on`,
  ].join(',');
}
