/** What the box takes of the emulated Pi, as its kernel counts it: memory, processor time, bytes on the card. */
import type { MachineConsole } from './console.ts';

/** Disk of the machine that is its card. */
export const CARD = '/dev/vda';

/** USER_HZ of every Linux on arm64. proc(5) */
const TICKS_A_SECOND = 100;

/** Units of /sys/block/NAME/stat, whatever the disk's own. Documentation/block/stat.rst */
const SECTOR_BYTES = 512;

/** The box's process and all that it has started, one a line. */
const PROCESSES = `
  found=$(cat /run/box.pid); all=;
  while [ -n "$found" ]; do all="$all $found"; next=; for p in $found; do next="$next $(cat /proc/$p/task/*/children)"; done; found=$(echo $next); done;
`.replaceAll('\n', ' ');

export interface ProcessTaken {
  /** Its program, such as `amecs.js` or `aplay`. */
  readonly name: string;
  /** Proportional set size: of pages that several processes share, each counts its part. */
  readonly pssMb: number;
  readonly rssMb: number;
  /** Since it began, user and system. */
  readonly cpuMs: number;
}

export interface CardTaken {
  /** What the disk was given, the file system's own journal included. */
  readonly diskBytes: number;
  /** What the box's processes made dirty, in whole pages. */
  readonly boxBytes: number;
}

/** Every process of the box, its own first. */
export async function processesOf(console: MachineConsole): Promise<readonly ProcessTaken[]> {
  const printed = await console.run(
    `${PROCESSES} for p in $all; do echo "$p" $(tr '\\000' ' ' </proc/$p/cmdline | sed 's/.*\\/\\([a-z-]*\\.js\\).*/\\1/; s/ .*//') ` +
      `$(sed -n 's/^Pss: *\\([0-9]*\\).*/\\1/p; s/^Rss: *\\([0-9]*\\).*/\\1/p' /proc/$p/smaps_rollup) $(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f12,13); done`,
  );
  return figuresOf(printed).map((line) => {
    const [, name = '', rssKb, pssKb, user, system] = line.split(' ');
    return {
      name,
      pssMb: Number(pssKb) / 1024,
      rssMb: Number(rssKb) / 1024,
      cpuMs: ((Number(user) + Number(system)) * 1000) / TICKS_A_SECOND,
    };
  });
}

/** Since the machine began; what lies in the kernel's memory is written first. */
export async function cardOf(console: MachineConsole): Promise<CardTaken> {
  const printed = await console.run(
    `${PROCESSES} sync; cut -c1- ${CARD.replace('/dev/', '/sys/block/')}/stat; for p in $all; do sed -n 's/^write_bytes: //p' /proc/$p/io; done`,
  );
  const [stat = '', ...written] = figuresOf(printed);
  return {
    diskBytes: Number(stat.trim().split(/\s+/)[6]) * SECTOR_BYTES,
    boxBytes: written.reduce((sum, bytes) => sum + Number(bytes), 0),
  };
}

/** The box logs to the same console: its lines may stand between the figures. */
function figuresOf(printed: string): readonly string[] {
  return printed.split('\n').filter((line) => /^\s*\d/.test(line));
}
