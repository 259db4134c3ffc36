/**
 * All open pages at once: what each is told, and what they press together.
 * A page that breaks the protocol, floods or stops reading is closed; a page that goes lets go of its buttons.
 */
import type { ButtonId, Clock, LampPattern } from '../core/ports.ts';
import type { ContactChange } from '../core/press-filter.ts';
import { createHeldButtons } from './held-buttons.ts';
import { CLOSE_CODES, type PanelButton, type PanelMessage, parsePageMessage } from './panel-protocol.ts';
import { EMPTY_STATUS, type PanelStatus, statusForPage } from './panel-status.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Pages open at once; a bound on memory and on work a lamp. */
const PAGES_MAX = 16;

/** Edges a page may send: two hands drumming on all keys make about 60 a second. */
const EDGES_AT_ONCE = 200;
const EDGES_PER_SECOND = 100;

/** Bytes waiting for a page that does not read before it is cut off. */
const UNREAD_MAX_BYTES = 1024 * 1024;

/** Time pages have to answer the closing handshake before they are cut off. */
const CLOSE_GRACE_MS = 100;

/** What the hub needs of a WebSocket (`ws`). */
export interface PageSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (message: { toString(): string }, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export interface PanelHub {
  add(socket: PageSocket): void;
  /** All pages together are one contact of each button. One listener. */
  onChange(listener: (change: ContactChange) => void): void;
  show(button: ButtonId, pattern: LampPattern): void;
  publish(status: PanelStatus): void;
  /** Says goodbye to every page; resolves within `CLOSE_GRACE_MS`. */
  close(): Promise<void>;
}

export function createPanelHub(options: {
  readonly buttons: readonly PanelButton[];
  readonly clock: Clock;
}): PanelHub {
  const { buttons, clock } = options;
  const pages = new Set<PageSocket>();
  const lamps = new Map<ButtonId, LampPattern>(buttons.map(({ id }) => [id, 'off']));
  let listener: (change: ContactChange) => void = () => {};
  let status = EMPTY_STATUS;
  let pageCount = 0;
  let whenEmpty: (() => void) | undefined;

  const held = createHeldButtons((button, isClosed) =>
    listener({ button, contact: 'page', isClosed, atMs: clock.monotonicMs() }),
  );

  function send(page: PageSocket, text: string): void {
    if (page.bufferedAmount > UNREAD_MAX_BYTES) page.terminate();
    else page.send(text);
  }

  function tellAll(message: PanelMessage): void {
    const text = JSON.stringify(message);
    for (const page of pages) send(page, text);
  }

  return {
    add(page) {
      if (pages.size >= PAGES_MAX || whenEmpty) {
        page.close(CLOSE_CODES.tryLater, 'too many pages are open');
        return;
      }
      pages.add(page);
      pageCount += 1;
      const source = `page:${pageCount}`;
      const allowance = createTokenBucket({
        capacity: EDGES_AT_ONCE,
        perSecond: EDGES_PER_SECOND,
        nowMs: () => clock.monotonicMs(),
      });

      function leave(): void {
        if (!pages.delete(page)) return;
        held.releaseSource(source);
        if (pages.size === 0) whenEmpty?.();
      }

      function refuse(reason: string): void {
        leave();
        page.close(CLOSE_CODES.policy, reason);
      }

      page.on('close', leave);
      page.on('message', (bytes, isBinary) => {
        if (!pages.has(page)) return;
        if (!allowance.take()) return refuse('too many messages');
        const message = isBinary ? undefined : parsePageMessage(bytes.toString());
        if (!message || !lamps.has(message.button)) return refuse('not a message of this panel');
        if (message.isDown) held.press(message.button, source);
        else held.release(message.button, source);
      });
      const hello: PanelMessage = {
        kind: 'hello',
        buttons,
        lamps: Object.fromEntries(lamps),
        status: statusForPage(status, clock.monotonicMs()),
      };
      send(page, JSON.stringify(hello));
    },
    onChange(next) {
      listener = next;
    },
    show(button, pattern) {
      if (!lamps.has(button) || lamps.get(button) === pattern) return;
      lamps.set(button, pattern);
      tellAll({ kind: 'lamp', button, pattern });
    },
    publish(next) {
      status = next;
      tellAll({ kind: 'status', status: statusForPage(status, clock.monotonicMs()) });
    },
    async close() {
      const emptied = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      if (pages.size === 0) return;
      for (const page of pages) page.close(CLOSE_CODES.goingAway, 'the box is stopping');
      const grace = setTimeout(() => {
        for (const page of pages) page.terminate();
      }, CLOSE_GRACE_MS);
      await emptied;
      clearTimeout(grace);
    },
  };
}
