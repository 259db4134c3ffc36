/** The panel over real sockets on the loopback: refusals, edges, lamps, several pages, closing. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { ContactChange } from '../../../device/core/press-filter.ts';
import { createPanel, PanelStartError } from '../../../device/panel/panel.ts';
import { DEFAULT_PANEL_BUTTONS } from '../../../device/panel/panel-protocol.ts';
import { createPanelToken } from '../../../device/panel/panel-sessions.ts';
import { EMPTY_STATUS } from '../../../device/panel/panel-status.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { openPanelClient } from '../../support/panel-client.ts';

async function openPanel(options: { host?: string; port?: number } = {}) {
  const clock = createFakeClock();
  const panel = await createPanel({
    host: '127.0.0.1',
    port: 0,
    token: createPanelToken(),
    buttons: DEFAULT_PANEL_BUTTONS,
    songFile: async () => undefined,
    clock,
    ...options,
  });
  onTestFinished(() => panel.close());
  const edges: ContactChange[] = [];
  let wake = () => {};
  panel.onChange((edge) => {
    edges.push(edge);
    wake();
  });
  /** Resolves once so many edges have come. */
  async function edgesUpTo(count: number): Promise<readonly ContactChange[]> {
    while (edges.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return edges;
  }
  return { panel, clock, edgesUpTo, origin: new URL(panel.url).origin };
}

/** HTTP status with which an upgrade is refused, or 101. */
async function upgradeStatus(origin: string, path: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
    socket.on('error', reject);
  });
}

describe('refusals', () => {
  test('a socket without a session, from another origin or by another host name is not opened', async () => {
    const { panel, origin } = await openPanel();
    const { cookie, close } = await openPanelClient(panel.url);
    await close();
    const evilHost = `evil.example:${panel.port}`;
    const refused: [number, Record<string, string>][] = [
      [401, { origin }],
      [401, { origin, cookie: `amecs-panel-${panel.port}=${'x'.repeat(43)}` }],
      [403, { cookie }],
      [403, { cookie, origin: 'http://evil.example' }],
      [403, { cookie, origin: origin.replace('127.0.0.1', 'localhost') }],
      [403, { cookie, origin: `http://${evilHost}`, host: evilHost }],
    ];
    for (const [status, headers] of refused) {
      expect(await upgradeStatus(origin, '/socket', headers)).toBe(status);
    }
    expect(await upgradeStatus(origin, '/', { origin })).toBe(401);
    expect(await upgradeStatus(origin, '/socket', { origin, cookie })).toBe(101);
  });

  test('a client with a wrong token gets no session', async () => {
    const { panel } = await openPanel();
    await expect(openPanelClient(`${panel.url}x`)).rejects.toThrow('session refused with 401');
  });

  test.each([
    ['text that is no message', 'hello'],
    ['a button the box does not have', '{"kind":"edge","button":"wild","isDown":true}'],
    ['a button named like a part of every object', '{"kind":"edge","button":"__proto__","isDown":true}'],
    ['bytes', Buffer.from('{"kind":"edge","button":"sad","isDown":true}')],
  ])('%s closes the page by policy and lets its buttons go', async (_what, message) => {
    const { panel, edgesUpTo } = await openPanel();
    const page = await openPanelClient(panel.url);
    page.send({ kind: 'edge', button: 'calm', isDown: true });
    page.socket.send(message);
    const [code] = await once(page.socket, 'close');
    expect(code).toBe(1008);
    expect((await edgesUpTo(2)).map(({ button, isClosed }) => [button, isClosed])).toEqual([
      ['calm', true],
      ['calm', false],
    ]);
  });

  test('a message far too long closes the page as too big', async () => {
    const { panel } = await openPanel();
    const page = await openPanelClient(panel.url);
    page.socket.send('x'.repeat(2000));
    const [code] = await once(page.socket, 'close');
    expect(code).toBe(1009);
  });

  test('a page that floods is closed by policy; the box has heard what is allowed and no more', async () => {
    const { panel, edgesUpTo } = await openPanel();
    const page = await openPanelClient(panel.url);
    const closed = once(page.socket, 'close');
    for (let n = 0; n < 1000; n += 1) page.send({ kind: 'edge', button: 'sad', isDown: n % 2 === 0 });
    expect((await closed)[0]).toBe(1008);
    expect(await edgesUpTo(200)).toHaveLength(200);
  });

  test('the seventeenth page is sent away, and comes in when another has gone', async () => {
    const { panel } = await openPanel();
    const pages = await Promise.all(Array.from({ length: 16 }, () => openPanelClient(panel.url)));
    const seventeenth = await openPanelClient(panel.url);
    expect((await once(seventeenth.socket, 'close'))[0]).toBe(1013);
    await pages[0]?.close();
    const another = await openPanelClient(panel.url);
    expect((await another.next('hello')).kind).toBe('hello');
  });
});

describe('starting', () => {
  test('a port in use is a fault of its own kind, in one sentence with a hint', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const fault = await openPanel({ port }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(PanelStartError);
    expect(fault).toMatchObject({
      reason: 'portInUse',
      message: `panel 127.0.0.1:${port}: another program uses this port; stop it or choose another port`,
    });
  });

  test.each(['0.0.0.0', '::', '192.168.0.7', 'box.example'])(
    'the address %s, which others could reach, is refused',
    async (host) => {
      await expect(openPanel({ host })).rejects.toMatchObject({ reason: 'hostNotLoopback' });
    },
  );

  test('the address to open holds the port that was given and the token in its fragment', async () => {
    const { panel } = await openPanel();
    expect(panel.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${panel.port}/#token=[\\w-]{43}$`));
  });
});

describe('buttons and lamps', () => {
  test('edges carry the time at which the box heard them', async () => {
    const { panel, clock, edgesUpTo } = await openPanel();
    const page = await openPanelClient(panel.url);
    clock.advance(500);
    page.send({ kind: 'edge', button: 'sad', isDown: true });
    expect(await edgesUpTo(1)).toEqual([{ button: 'sad', contact: 'page', isClosed: true, atMs: 1500 }]);
    clock.advance(120);
    page.send({ kind: 'edge', button: 'sad', isDown: false });
    expect((await edgesUpTo(2))[1]).toEqual({ button: 'sad', contact: 'page', isClosed: false, atMs: 1620 });
  });

  test('a page that comes late is told everything at once', async () => {
    const { panel, clock } = await openPanel();
    panel.show('sad', 'glow');
    panel.show('a lamp that is elsewhere', 'glow');
    panel.publish({ ...EMPTY_STATUS, sink: 'aplay', sync: { pendingEvents: 0, lastSyncedAtMs: 1000 } });
    clock.advance(3000);
    const page = await openPanelClient(panel.url);
    expect(await page.next('hello')).toEqual({
      kind: 'hello',
      buttons: DEFAULT_PANEL_BUTTONS,
      lamps: { happy: 'off', angry: 'off', sad: 'glow', calm: 'off' },
      status: { ...EMPTY_STATUS, sink: 'aplay', sync: { pendingEvents: 0, syncedAgoMs: 3000 } },
    });
  });

  test('lamps and status reach every page', async () => {
    const { panel } = await openPanel();
    const pages = await Promise.all([openPanelClient(panel.url), openPanelClient(panel.url)]);
    for (const page of pages) await page.next('hello');
    panel.show('calm', 'resting');
    panel.publish({ ...EMPTY_STATUS, pressesLearnt: 7 });
    for (const page of pages) {
      expect(await page.next('lamp')).toEqual({ kind: 'lamp', button: 'calm', pattern: 'resting' });
      expect((await page.next('status')).status.pressesLearnt).toBe(7);
    }
  });

  test.each(['close', 'terminate'] as const)('a page that goes by %s lets its button go', async (way) => {
    const { panel, edgesUpTo } = await openPanel();
    const page = await openPanelClient(panel.url);
    page.send({ kind: 'edge', button: 'angry', isDown: true });
    await edgesUpTo(1);
    page.socket[way]();
    expect((await edgesUpTo(2))[1]).toMatchObject({ button: 'angry', isClosed: false });
  });

  test('a button held on two pages is up when both have let go', async () => {
    const { panel, edgesUpTo } = await openPanel();
    const [one, two] = await Promise.all([openPanelClient(panel.url), openPanelClient(panel.url)]);
    one.send({ kind: 'edge', button: 'sad', isDown: true });
    await edgesUpTo(1);
    two.send({ kind: 'edge', button: 'sad', isDown: true });
    two.send({ kind: 'edge', button: 'calm', isDown: true });
    await edgesUpTo(2);
    one.send({ kind: 'edge', button: 'sad', isDown: false });
    one.send({ kind: 'edge', button: 'happy', isDown: true });
    await edgesUpTo(3);
    await two.close();
    expect(
      (await edgesUpTo(5)).map(({ button, isClosed }) => `${button} ${isClosed ? 'down' : 'up'}`),
    ).toEqual(['sad down', 'calm down', 'happy down', 'sad up', 'calm up']);
  });
});

describe('closing', () => {
  test('takes under 300 ms with pages, a dead page and a half-sent request open, and lets buttons go', async () => {
    const { panel, edgesUpTo, origin } = await openPanel();
    const pages = await Promise.all([openPanelClient(panel.url), openPanelClient(panel.url)]);
    // A page whose process hangs does not answer the goodbye.
    pages[1]?.socket.pause();
    pages[0]?.send({ kind: 'edge', button: 'sad', isDown: true });
    await edgesUpTo(1);
    const halfSent = request(`${origin}/session`, { method: 'POST', headers: { 'content-length': 100 } });
    halfSent.on('error', () => {});
    halfSent.flushHeaders();
    const goodbye = pages[0] && once(pages[0].socket, 'close');

    const startMs = performance.now();
    await panel.close();
    expect(performance.now() - startMs).toBeLessThan(300);
    expect((await goodbye)?.[0]).toBe(1001);
    expect((await edgesUpTo(2))[1]).toMatchObject({ button: 'sad', isClosed: false });
    await expect(fetch(origin)).rejects.toThrow();
  });

  test('twice is once', async () => {
    const { panel } = await openPanel();
    await Promise.all([panel.close(), panel.close()]);
    await panel.close();
  });
});
