/**
 * The machine's GPIO lines from outside: QEMU's qtest socket drives the inputs of its PL061 chip and tells when outputs
 * change. https://www.qemu.org/docs/master/devel/testing/qtest.html
 */
import { createConnection, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface LineChange {
  readonly line: number;
  readonly isHigh: boolean;
  /** `performance.now()` of this side. */
  readonly atMs: number;
}

export interface Header {
  /** Drives an input line, 0-7; resolves when QEMU has done it. */
  drive(line: number, isHigh: boolean): Promise<void>;
  /** Level changes of the lines the machine itself drives, oldest first. */
  readonly outputs: readonly LineChange[];
  onOutput(listener: (change: LineChange) => void): void;
}

interface HeaderSockets {
  readonly qtest: string;
  readonly qmp: string;
  readonly gone: Promise<void>;
}

export async function connectHeader({ qtest, qmp, gone }: HeaderSockets): Promise<Header> {
  const path = await findChip(await connectWhenThere(qmp, gone));
  const socket = await connectWhenThere(qtest, gone);
  const outputs: LineChange[] = [];
  const listeners: ((change: LineChange) => void)[] = [];
  const answers: ((answer: string) => void)[] = [];
  forEachLine(socket, (text) => {
    const irq = /^IRQ (raise|lower) (\d+)/.exec(text);
    if (irq === null) return answers.shift()?.(text);
    const change = { line: Number(irq[2]), isHigh: irq[1] === 'raise', atMs: performance.now() };
    outputs.push(change);
    for (const listener of listeners) listener(change);
  });
  const ask = async (command: string): Promise<void> => {
    const answer = await new Promise<string>((resolve) => {
      answers.push(resolve);
      socket.write(`${command}\n`);
    });
    if (!answer.startsWith('OK')) throw new Error(`qtest ${command}: ${answer}`);
  };
  await ask(`irq_intercept_out ${path}`);
  return {
    drive: (line, isHigh) => ask(`set_irq_in ${path} unnamed-gpio-in ${line} ${isHigh ? 1 : 0}`),
    outputs,
    onOutput: (listener) => void listeners.push(listener),
  };
}

/** Where the PL061 chip stands in QEMU's tree of devices. */
async function findChip(socket: Socket): Promise<string> {
  const answers: ((answer: unknown) => void)[] = [];
  forEachLine(socket, (text) => {
    const message = JSON.parse(text) as { readonly return?: unknown };
    if ('return' in message) answers.shift()?.(message.return);
  });
  const ask = (execute: string, more: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      answers.push(resolve);
      socket.write(`${JSON.stringify({ execute, arguments: more })}\n`);
    });
  await ask('qmp_capabilities');
  const devices = (await ask('qom-list', { path: '/machine/unattached' })) as readonly {
    readonly name: string;
    readonly type: string;
  }[];
  socket.end();
  const chip = devices.find(({ type }) => type.includes('pl061'));
  if (chip === undefined) throw new Error('the emulated machine has no PL061 chip');
  return `/machine/unattached/${chip.name}`;
}

/** QEMU makes its sockets a moment after it starts. */
async function connectWhenThere(path: string, gone: Promise<void>): Promise<Socket> {
  let isGone = false;
  const end = (): void => {
    isGone = true;
  };
  gone.then(end, end);
  for (let attempt = 0; attempt < 200 && !isGone; attempt += 1) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const tried = createConnection(path, () => resolve(tried));
      tried.once('error', () => resolve(undefined));
    });
    if (socket !== undefined) return socket.on('error', () => {});
    await pause(50);
  }
  throw new Error(`nothing answers at ${path}`);
}

function forEachLine(socket: Socket, take: (text: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const text of parts) take(text.trim());
  });
}
