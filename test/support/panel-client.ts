/** A page of the panel without a browser: exchanges the token as the page does and speaks over a real socket. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { DEFAULT_PRESS_RULES, DEFAULT_TOGETHER_MS } from '../../device/core/press-filter.ts';
import type { EdgeMessage, PanelMessage } from '../../device/panel/panel-protocol.ts';

export interface PanelClient {
  /** The session cookie, for other requests. */
  readonly cookie: string;
  readonly socket: WebSocket;
  send(message: EdgeMessage): void;
  /** Presses and lets go; resolves when the next press, of any button, is neither a bounce of this one nor part of it. */
  tap(button: string): Promise<void>;
  /** The first message not yet taken that satisfies `isWanted`; earlier ones are dropped. */
  next<Kind extends PanelMessage['kind']>(
    kind: Kind,
    isWanted?: (message: Extract<PanelMessage, { kind: Kind }>) => boolean,
  ): Promise<Extract<PanelMessage, { kind: Kind }>>;
  close(): Promise<void>;
}

/** `url` is the panel's, with its token. Rejects where the token or the socket is refused. */
export async function openPanelClient(url: string): Promise<PanelClient> {
  const { origin, hash } = new URL(url);
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URLSearchParams(hash.slice(1)).get('token') }),
  });
  if (!answer.ok) throw new Error(`panel ${origin}: session refused with ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

  const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, { headers: { origin, cookie } });
  const waiting: PanelMessage[] = [];
  let wake = () => {};
  socket.on('message', (text) => {
    waiting.push(JSON.parse(String(text)) as PanelMessage);
    wake();
  });
  await once(socket, 'open');
  const send = (message: EdgeMessage): void => socket.send(JSON.stringify(message));

  return {
    cookie,
    socket,
    send,
    async tap(button) {
      send({ kind: 'edge', button, isDown: true });
      send({ kind: 'edge', button, isDown: false });
      await pause(DEFAULT_TOGETHER_MS + DEFAULT_PRESS_RULES.releaseMs);
    },
    async next(kind, isWanted = () => true) {
      for (;;) {
        const message = waiting.shift();
        if (!message) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (isKind(message, kind) && isWanted(message)) return message;
      }
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function isKind<Kind extends PanelMessage['kind']>(
  message: PanelMessage,
  kind: Kind,
): message is Extract<PanelMessage, { kind: Kind }> {
  return message.kind === kind;
}
