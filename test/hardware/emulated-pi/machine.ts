/**
 * An arm64 machine under QEMU with real GPIO lines: its console is a shell, its header pins are pressed and read from
 * here. Built by build.sh. Real: the kernel, its GPIO driver, every program. Not real: time, which stretches under emulation.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConsole, type MachineConsole } from './console.ts';
import { connectHeader, type Header } from './header.ts';

export interface MachineOptions {
  /** Where build.sh put everything. */
  readonly built: string;
  /** Becomes `/box` in the machine, writable; its file `start` is the first program run. */
  readonly box: string;
  /** What its time goes by; this side's clock if not said. */
  readonly time?: 'host' | 'instructions';
  /** More QEMU arguments, such as a disk. */
  readonly more?: readonly string[];
}

export interface Machine {
  readonly console: MachineConsole;
  readonly header: Header;
  /** Milliseconds from the start of QEMU, on this side. */
  sinceStartMs(): number;
  /** As if the plug were pulled. Resolves when QEMU has gone. */
  kill(): Promise<void>;
  /** Resolves when the machine has powered itself off. */
  readonly gone: Promise<void>;
}

/** Starts the machine and connects to its header. The shell on its console answers once `/box/start` runs one. */
export async function startMachine({
  built,
  box,
  time = 'host',
  more = [],
}: MachineOptions): Promise<Machine> {
  const sockets = mkdtempSync(join(tmpdir(), 'amecs-pi-'));
  const [qtest, qmp] = [join(sockets, 'qtest'), join(sockets, 'qmp')];
  mkdirSync(box, { recursive: true });
  const startedAt = performance.now();
  const qemu: ChildProcessWithoutNullStreams = spawn('qemu-system-aarch64', [
    ...['-M', 'virt', '-cpu', 'cortex-a72', '-m', '2048'],
    ...timekeeping(time),
    ...['-nodefaults', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ...['-kernel', kernelOf(built), '-initrd', join(built, 'initramfs.gz')],
    ...['-append', 'console=ttyAMA0 quiet panic=-1'],
    ...share('root', join(built, 'root'), true),
    ...share('packages', join(built, 'packages', 'node_modules'), true),
    ...share('box', box, false),
    ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-qtest', `unix:${qtest},server=on,wait=off`, '-qtest-log', 'none'],
    ...['-qmp', `unix:${qmp},server=on,wait=off`],
    ...more,
  ]);
  const gone = new Promise<void>((resolve, reject) => {
    qemu.once('error', (error) => reject(new Error(`QEMU did not start: ${error.message}`)));
    qemu.once('exit', () => {
      rmSync(sockets, { recursive: true, force: true });
      resolve();
    });
  });
  let complaints = '';
  qemu.stderr.on('data', (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-2_000);
  });
  const kill = async (): Promise<void> => {
    qemu.kill('SIGKILL');
    await gone;
  };
  try {
    const header = await connectHeader({ qtest, qmp, gone });
    return {
      console: createConsole(qemu.stdout, qemu.stdin, gone),
      header,
      sinceStartMs: () => performance.now() - startedAt,
      kill,
      gone,
    };
  } catch (error) {
    await kill();
    throw new Error(`${(error as Error).message}${complaints === '' ? '' : `; QEMU said: ${complaints}`}`);
  }
}

/**
 * By the host's clock, two cores are emulated as fast as this side can, which is now and then too slow for sound. By
 * instructions, one core takes a nanosecond for each and no time at all to wait: what it times is what a processor of
 * that speed takes (about one core of a Pi 3), however busy this side is. (Two would take turns of 100 ms.)
 * https://www.qemu.org/docs/master/devel/tcg-icount.html
 */
function timekeeping(time: 'host' | 'instructions'): readonly string[] {
  return time === 'host'
    ? ['-smp', '2', '-accel', 'tcg,thread=multi']
    : ['-smp', '1', '-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off'];
}

function share(tag: string, path: string, isReadOnly: boolean): readonly string[] {
  const access = isReadOnly ? ',readonly=on' : '';
  return ['-virtfs', `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap${access}`];
}

function kernelOf(built: string): string {
  const boot = join(built, 'kernel', 'boot');
  const name = readdirSync(boot).find((each) => each.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error(`no kernel in ${boot}; run test/hardware/emulated-pi/build.sh`);
  return join(boot, name);
}
