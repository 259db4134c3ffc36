/** A port that stands still while what is behind it comes and goes: each connection goes to the next of the targets. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpRelay {
  readonly port: number;
  /** From now on connections go to these ports in turn; to none: they are refused. Open ones end. */
  pointAt(...ports: readonly number[]): void;
  close(): void;
}

export async function startTcpRelay(): Promise<TcpRelay> {
  let targets: readonly number[] = [];
  let turn = 0;
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    turn += 1;
    const target = targets[turn % targets.length];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const server = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
    }
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (relay.address() as { port: number }).port,
    pointAt(...ports) {
      targets = ports;
      cut();
    },
    close() {
      cut();
      relay.close();
    },
  };
}
