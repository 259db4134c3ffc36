/** How far a program of ours has got with what it reads from us, as the kernel tells. Never throws. */
import { readFileSync } from 'node:fs';

/** Number of the system call `read`. arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h, arch/arm/tools/syscall.tbl */
const READ_BY_ARCHITECTURE: Readonly<Record<string, number>> = { x64: 0, arm64: 63, arm: 3 };

/** All bytes it has read from anywhere; undefined where the kernel does not tell. proc_pid_io(5) */
export function bytesRead(pid: number): number | undefined {
  const [, bytes] = /^rchar: (\d+)$/m.exec(textOf(`/proc/${pid}/io`)) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}

/**
 * Is it waiting just now for us to give it more: everything given to its standard input is read. Undefined where the
 * kernel does not tell. proc_pid_syscall(5)
 */
export function waitsForInput(pid: number): boolean | undefined {
  const text = textOf(`/proc/${pid}/syscall`);
  const read = READ_BY_ARCHITECTURE[process.arch];
  return text === '' || read === undefined ? undefined : text.startsWith(`${read} 0x0 `);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
