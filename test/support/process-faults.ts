/** What befalls server processes: replies cut off, system calls that fail, disks that fill up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

/** A port that stands still while the server behind it comes and goes; `onReply` sees every first byte of an answer. */
export async function startProxy(onReply: () => boolean) {
  let target = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((box) => {
    const server = connect(target, '127.0.0.1');
    for (const socket of [box, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    box.on('close', () => server.destroy()).pipe(server);
    server.on('close', () => box.destroy());
    server.on('data', (bytes) => {
      if (onReply()) box.destroy();
      else box.write(bytes);
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const { port } = proxy.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    pointAt(serverPort: number): void {
      target = serverPort;
    },
  };
}

/** Runs strace on a running process; resolves once it is attached. */
export async function injectInto(pid: number, injection: string) {
  const strace = spawn('strace', ['-f', '-p', String(pid), '-e', injection, '-e', 'trace=fsync,fdatasync']);
  let told = '';
  strace.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  await until('strace to attach', () => (told.includes('attached') ? true : undefined));
  const ended = once(strace, 'close');
  return {
    async stop(): Promise<void> {
      strace.kill('SIGINT');
      await ended;
    },
  };
}

/** Takes all the room there is. */
export function fill(path: string): void {
  for (let sizeBytes = 16_000_000; sizeBytes >= 4_096; sizeBytes = sizeBytes >> 1) {
    try {
      writeFileSync(path, Buffer.alloc(sizeBytes, 1), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
