/**
 * Keeps one socket to the box open: exchanges the link's token for a session, and after a loss tries again with
 * back-off. Asks before it opens the socket, because a refused WebSocket does not say why.
 */
import type { EdgeMessage, PanelMessage } from '../panel-protocol.ts';

/** Wait before the first, and at most before any further, attempt, ms. */
const RETRY_FIRST_MS = 400;
const RETRY_MAX_MS = 8_000;

/** Longest wait for an answer of the box, which is on this machine, ms. */
const ANSWER_MAX_MS = 5_000;

/** `needsLink`: no session and no token that opens one; a person has to open the printed link. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'needsLink' | 'wrongLink';

export interface Connection {
  /** Lost where the socket is not open: a press belongs to its moment. */
  send(message: EdgeMessage): void;
  /** Start, or start again with the token of a newly opened link. Never stored, only remembered while the page is open. */
  open(token: string | undefined): void;
}

export function createConnection(options: {
  readonly onMessage: (message: PanelMessage) => void;
  readonly onState: (state: ConnectionState) => void;
}): Connection {
  const { onMessage, onState } = options;
  let token: string | undefined;
  let socket: WebSocket | undefined;
  let failures = 0;
  let attemptId = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  async function attempt(isNewLink: boolean): Promise<void> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    attemptId += 1;
    const ownId = attemptId;
    const outcome = await openSession(token, isNewLink);
    // Another link was opened meanwhile.
    if (ownId !== attemptId) return;
    if (outcome === 'open') openSocket();
    else if (outcome === 'unreachable') retryLater();
    else onState(outcome);
  }

  function openSocket(): void {
    const opening = new WebSocket('/socket');
    socket = opening;
    const greeting = setTimeout(() => opening.close(), ANSWER_MAX_MS);
    opening.addEventListener('message', ({ data }) => {
      if (socket !== opening) return;
      clearTimeout(greeting);
      // Our own box on our own origin; its messages are as typed.
      const message = JSON.parse(String(data)) as PanelMessage;
      if (message.kind === 'hello') {
        failures = 0;
        onState('open');
      }
      onMessage(message);
    });
    opening.addEventListener('close', () => {
      clearTimeout(greeting);
      if (socket === opening) retryLater();
    });
  }

  function retryLater(): void {
    socket = undefined;
    onState('lost');
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures) * (0.75 + Math.random() / 2);
    failures += 1;
    retryTimer = setTimeout(() => void attempt(false), waitMs);
  }

  function retryNow(): void {
    if (retryTimer !== undefined && !document.hidden) void attempt(false);
  }

  window.addEventListener('online', retryNow);
  document.addEventListener('visibilitychange', retryNow);

  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    open(newToken) {
      token = newToken ?? token;
      const earlier = socket;
      socket = undefined;
      earlier?.close();
      onState('connecting');
      void attempt(newToken !== undefined);
    },
  };
}

type SessionOutcome = 'open' | 'unreachable' | 'needsLink' | 'wrongLink';

/** A new link is tried at once; otherwise the cookie, then the token we remember (the box may have restarted). */
async function openSession(token: string | undefined, isNewLink: boolean): Promise<SessionOutcome> {
  try {
    if (isNewLink && token !== undefined && (await postToken(token)).ok) return 'open';
    const session = await fetch('/session', { signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    if (session.ok) return 'open';
    if (session.status !== 401) return 'unreachable';
    if (token === undefined) return 'needsLink';
    if (isNewLink) return 'wrongLink';
    const { ok, status } = await postToken(token);
    if (ok) return 'open';
    return status === 401 ? 'wrongLink' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

function postToken(token: string): Promise<Response> {
  return fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  });
}
