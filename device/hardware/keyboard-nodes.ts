/** Which keyboards are plugged in, and a way to read one: the kernel's records on the output of a small program. */
import { readFile } from 'node:fs/promises';
import { type StartProgram, startProgram } from './child-program.ts';

export interface KeyboardNode {
  readonly vendorId: number;
  readonly productId: number;
  readonly name: string;
  /** Such as `/dev/input/event3`. */
  readonly path: string;
}

/** The keyboards among the text of /proc/bus/input/devices: what has the kernel's `kbd` handler. */
export function parseKeyboards(text: string): readonly KeyboardNode[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const ids = /^I: .*\bVendor=([0-9a-f]{4}) Product=([0-9a-f]{4})\b/m.exec(block);
    const handlers = /^H: Handlers=(.*)$/m.exec(block)?.[1]?.trim().split(/\s+/) ?? [];
    const node = handlers.find((handler) => /^event\d+$/.test(handler));
    if (ids === null || node === undefined || !handlers.includes('kbd')) return [];
    return [
      {
        vendorId: Number.parseInt(ids[1]!, 16),
        productId: Number.parseInt(ids[2]!, 16),
        name: /^N: Name="(.*)"$/m.exec(block)?.[1] ?? '',
        path: `/dev/input/${node}`,
      },
    ];
  });
}

/** No keyboards where the kernel has no such list. */
export async function listKeyboards(path = '/proc/bus/input/devices'): Promise<readonly KeyboardNode[]> {
  return parseKeyboards(await readFile(path, 'utf8').catch(() => ''));
}

/**
 * Reads a keyboard and keeps its presses from everybody else (the console, a desktop). That takes an ioctl, which Node
 * does not have; perl has it, and is on every Debian (perl-base is essential), so there is nothing to build or to
 * install. udev's LIBINPUT_IGNORE_DEVICE would hide it from a desktop but not from the text console. Ends when its stdin does.
 * Once the keyboard is ours it says so by a record of nothing (EV_SYN, 0): what is pressed before that nobody hears.
 * EVIOCSCLOCKID 0x400445a0 with CLOCK_MONOTONIC (1), EVIOCGRAB 0x40044590: include/uapi/linux/input.h.
 */
const READ_GRABBED = `
open(my $keys, '<:raw', $ARGV[0]) or die "cannot be opened: $!\\n";
my $monotonic = pack('i', 1);
ioctl($keys, 0x400445a0, $monotonic) or die "has no monotonic clock: $!\\n";
ioctl($keys, 0x40044590, 1) or die "is used by another program: $!\\n";
syswrite(STDOUT, "\\0" x 24);
my $watched = '';
vec($watched, fileno($_), 1) = 1 for $keys, *STDIN;
while (select(my $ready = $watched, undef, undef, undef) > 0) {
  exit 0 if vec($ready, fileno(STDIN), 1);
  sysread($keys, my $records, 24 * 64) or die "is gone: $!\\n";
  syswrite(STDOUT, $records) or exit 0;
}
`;

/**
 * Never read by Node's own streams: a read of such a node blocks one of the four threads all files share.
 * Without grabbing, `cat` does: every program sees the presses, and their times are of the wall clock.
 */
export function readKeyboard(
  path: string,
  isGrabbed: boolean,
  streams: { readonly onOutput: (bytes: Buffer) => void; readonly onEnd: (reason: string) => void },
  start: StartProgram = startProgram,
): ReturnType<StartProgram> {
  return isGrabbed
    ? start({ command: 'perl', args: ['-e', READ_GRABBED, path], ...streams })
    : start({ command: 'cat', args: [path], ...streams });
}
