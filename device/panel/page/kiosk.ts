/** Puts the page together: connection, buttons, presses, words and sound. Decides nothing about music. */
import { createHeldButtons } from '../held-buttons.ts';
import type { PanelButton, PanelMessage } from '../panel-protocol.ts';
import { type ButtonView, createButtonView } from './button-view.ts';
import { type ConnectionState, createConnection } from './connection.ts';
import { createListenHere } from './listen-here.ts';
import { listenForPresses } from './press-input.ts';
import { byId, createStatusView } from './status-view.ts';
import { announcement } from './status-words.ts';

const statusView = createStatusView();
const listenHere = createListenHere();
const views = new Map<string, ButtonView>();
let shownButtons = '';
let stopListening = () => {};
let hasBeenOpen = false;
let lastStatus: Parameters<typeof announcement>[0];

const connection = createConnection({ onMessage, onState });

const held = createHeldButtons((button, isDown) => {
  views.get(button)?.showHeld(isDown);
  connection.send({ kind: 'edge', button, isDown });
});

function onMessage(message: PanelMessage): void {
  if (message.kind === 'hello') {
    showButtons(message.buttons);
    for (const [button, pattern] of Object.entries(message.lamps)) views.get(button)?.showLamp(pattern);
  }
  if (message.kind === 'lamp') {
    views.get(message.button)?.showLamp(message.pattern);
    return;
  }
  const words = announcement(lastStatus, message.status);
  if (words !== undefined) say(words);
  lastStatus = message.status;
  statusView.show(message.status);
  listenHere.follow(message.status.playing);
}

/** The buttons stay the same elements when a connection comes back, so focus and fingers stay on them. */
function showButtons(buttons: readonly PanelButton[]): void {
  const wanted = JSON.stringify(buttons);
  if (wanted === shownButtons) return;
  shownButtons = wanted;
  stopListening();
  views.clear();
  for (const button of buttons) views.set(button.id, createButtonView(button));
  const place = byId('buttons');
  place.dataset.count = String(buttons.length);
  place.style.setProperty('--count', String(buttons.length));
  place.replaceChildren(...[...views.values()].map(({ element }) => element));
  const targets = buttons.flatMap(({ id, key, acceptMs = 0 }) => {
    const element = views.get(id)?.button;
    return element ? [{ id, key, acceptMs, element }] : [];
  });
  stopListening = listenForPresses(targets, held);
}

function onState(state: ConnectionState): void {
  const isStranger = state === 'needsLink' || state === 'wrongLink';
  if (state !== 'open') {
    held.releaseAll();
    for (const view of views.values()) view.showLamp('off');
    listenHere.follow(undefined);
  }
  if (state === 'open' && document.body.dataset.connection === 'lost') say('The music box is back.');
  if (state === 'lost' && document.body.dataset.connection !== 'lost') say('Looking for the music box.');
  document.body.dataset.connection = isStranger ? 'stranger' : state;
  hasBeenOpen ||= state === 'open';
  showNotice(state === 'lost' ? 'Looking for the music box …' : undefined);
  byId('letter').hidden = !isStranger;
  byId('letter-reason').textContent = letterReason(state);
}

function letterReason(state: ConnectionState): string {
  if (hasBeenOpen) return 'The music box was started again, so the earlier link no longer opens it.';
  return state === 'wrongLink'
    ? 'The link that was opened is of an earlier start, or not complete.'
    : 'The address alone does not open the buttons.';
}

function showNotice(text: string | undefined): void {
  const notice = byId('notice');
  notice.hidden = text === undefined;
  notice.textContent = text ?? '';
}

function say(words: string): void {
  byId('announcer').textContent = words;
}

/** The token of the link just opened, taken out of the address bar so that it is not copied, synced or shown. */
function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return token;
}

byId('letter-link').textContent = `${location.origin}/#token=…`;
byId('listen').addEventListener('click', ({ currentTarget }) => {
  const toggle = currentTarget as HTMLElement;
  const isOn = toggle.getAttribute('aria-checked') !== 'true';
  toggle.setAttribute('aria-checked', String(isOn));
  listenHere.turn(isOn);
});
window.addEventListener('hashchange', () => {
  const token = takeToken();
  if (token !== undefined) connection.open(token);
});
connection.open(takeToken());
