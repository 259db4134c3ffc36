/** The quiet part of the page, for adults: what plays, where sound goes, what is learnt and synced, what happened lately. */
import type { PageStatus } from '../panel-protocol.ts';
import { agoWords, learntWords, libraryWords, songTime, syncWords } from './status-words.ts';

/** How often times on the page move on, ms. */
const TICK_MS = 1000;

export interface StatusView {
  show(status: PageStatus): void;
}

export function createStatusView(): StatusView {
  const title = byId('now-title');
  const asked = byId('now-asked');
  const total = byId('now-total');
  const progress = byId('progress');
  const sound = byId('fact-sound');
  const learnt = byId('fact-learnt');
  const sync = byId('fact-sync');
  const feed = byId('feed');
  let status: PageStatus | undefined;
  let shownAtMs = 0;
  let feedText = '';

  function draw(): void {
    if (!status) return;
    const sinceMs = performance.now() - shownAtMs;
    drawSong(status, sinceMs);
    setText(sound, status.sink ?? 'no sound');
    setText(learnt, learntWords(status.pressesLearnt));
    setText(sync, syncWords(status.sync, sinceMs));
    drawFeed(status, sinceMs);
  }

  function drawSong({ playing, library }: PageStatus, sinceMs: number): void {
    const positionMs = playing ? Math.min(playing.durationMs, playing.positionMs + sinceMs) : 0;
    setText(title, playing?.title ?? 'Waiting for a press');
    setText(
      asked,
      playing
        ? `asked for ${playing.emotion} · ${songTime(positionMs)}`
        : (libraryWords(library) ?? 'No music is playing'),
    );
    setText(total, playing ? ` of ${songTime(playing.durationMs)}` : '');
    const part = playing && playing.durationMs > 0 ? positionMs / playing.durationMs : 0;
    progress.style.transform = `scaleX(${part.toFixed(4)})`;
  }

  function drawFeed({ faults, feed: lines }: PageStatus, sinceMs: number): void {
    const items = [
      ...faults.map((text) => ({ kind: 'fault', text, ago: '' })),
      ...lines.map(({ kind, text, agoMs }) => ({ kind, text, ago: agoWords(agoMs + sinceMs) })),
    ];
    const text = JSON.stringify(items);
    if (text === feedText) return;
    feedText = text;
    feed.replaceChildren(...items.map(feedLine));
  }

  setInterval(draw, TICK_MS);
  return {
    show(next) {
      status = next;
      shownAtMs = performance.now();
      draw();
    },
  };
}

function feedLine(line: { kind: string; text: string; ago: string }): HTMLLIElement {
  const item = document.createElement('li');
  item.dataset.kind = line.kind;
  const text = document.createElement('span');
  text.textContent = line.text;
  const ago = document.createElement('time');
  ago.textContent = line.ago;
  item.append(text, ago);
  return item;
}

/** Untouched text is not written again, so that selections and screen readers stay where they are. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An element of `index.html`; its absence is a bug. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}
