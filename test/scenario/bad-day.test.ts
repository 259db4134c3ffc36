/** A bad day: taken ports, a broken song, pins this machine does not have. Each gets one sentence; the rest works. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeNoiseSong } from '../device/audio/captured-song.ts';
import { startAmecs } from '../support/amecs-process.ts';
import { openPanelClient } from '../support/panel-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function takePort(): Promise<number> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('each trouble gets one sentence with a hint, and the kiosk goes on with what works', async () => {
  const folder = temporaryFolder();
  const music = join(folder, 'music');
  mkdirSync(music);
  writeNoiseSong(join(music, 'good.wav'), 5);
  writeFileSync(join(music, 'letter.mp3'), 'Dear diary, this is not a song.');
  const config = join(folder, 'device.json');
  writeFileSync(config, JSON.stringify({ musicFolder: music, sound: 'silent', gpioPins: { happy: 17 } }));
  const [panelPort, serverPort] = [await takePort(), await takePort()];

  const box = startAmecs([
    'start',
    ...['--data', folder, '--config', config],
    ...['--port', String(panelPort), '--server-port', String(serverPort)],
  ]);
  onTestFinished(() => void box.child.kill('SIGKILL'));
  const url = /http\S+/.exec(await box.line(/Buttons\s+http/))![0];

  // Complaints and the rest come by two pipes, so each is waited for.
  await box.line(new RegExp(`port ${serverPort}\\. The server is at http://127\\.0\\.0\\.1:\\d+ this time`));
  await box.line(new RegExp(`Port ${panelPort} is used .* Choose a port with --port`));
  await box.line(/letter\.mp3: this is not a music file/);
  await box.line(/No buttons on the pins: .+/);
  expect(box.lines.join('\n')).not.toMatch(/\n\s+at /);

  const page = await openPanelClient(url);
  page.send({ kind: 'edge', button: 'happy', isDown: true });
  page.send({ kind: 'edge', button: 'happy', isDown: false });
  await page.next('lamp', ({ button, pattern }) => button === 'happy' && pattern === 'confirm');
  await box.line(/^playing\s+good/);
  await page.close();
  expect((await box.end('SIGINT')).code).toBe(0);
});

test('an empty music folder gets a sentence, and a press still gets light and is kept', async () => {
  const folder = temporaryFolder();
  const music = join(folder, 'music');
  mkdirSync(music);
  const box = startAmecs([
    'start',
    ...['--data', folder, '--music', music, '--port', '0', '--no-server', '--sound', 'silent'],
  ]);
  onTestFinished(() => void box.child.kill('SIGKILL'));
  const url = /http\S+/.exec(await box.line(/Buttons\s+http/))![0];
  await box.line(/There is no music in the folder\. Copy songs into it/);
  const page = await openPanelClient(url);
  page.send({ kind: 'edge', button: 'calm', isDown: true });
  await page.next('lamp', ({ button, pattern }) => button === 'calm' && pattern === 'confirm');
  await page.close();
  expect((await box.end('SIGTERM')).code).toBe(0);
});

test('where onnxruntime does not run, the box says so, goes by the songs’ tags, and the child still teaches it', async () => {
  const folder = temporaryFolder();
  const music = join(folder, 'music');
  mkdirSync(music);
  writeNoiseSong(join(music, 'good.wav'), 30);
  const box = startAmecs(
    ['start', ...['--data', folder, '--music', music, '--port', '0', '--no-server', '--sound', 'silent']],
    { NODE_OPTIONS: `--import=${pathToFileURL(resolve('dist/test/support/without-onnxruntime.js')).href}` },
  );
  onTestFinished(() => void box.child.kill('SIGKILL'));
  const url = /http\S+/.exec(await box.line(/Buttons\s+http/))![0];
  await box.line(
    /^fault\s+What most people hear in songs is not known: onnxruntime does not load on .*: no build/,
  );

  const page = await openPanelClient(url);
  expect((await page.next('hello')).lamps).toMatchObject({ happy: 'degraded', calm: 'degraded' });
  for (const kind of ['playing', 'learnt']) {
    await page.tap('happy');
    await box.line(new RegExp(`^${kind}`));
  }
  expect(box.lines.find((line) => line.startsWith('playing'))).toMatch(/good \(happy: 25 %\)/);
  await page.close();
  expect((await box.end('SIGINT')).code).toBe(0);
});
