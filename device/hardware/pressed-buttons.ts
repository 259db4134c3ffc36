/** All contacts of the box, the page's too, filtered into presses: the one `Buttons` port, whatever leads to it. */
import type { ButtonEdge, ButtonNotice, Buttons, Clock, ContactSource } from '../core/ports.ts';
import {
  contactChanged,
  createPressFilter,
  type Filtered,
  nextDueMs,
  type PressFilterSettings,
  timePassed,
} from '../core/press-filter.ts';

/** A press is told within the call in which its source told of the touch, unless its rules ask for a delay. */
export function createPressedButtons(options: {
  readonly sources: readonly ContactSource[];
  readonly settings: PressFilterSettings;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): Buttons {
  const { clock, sources } = options;
  const edgeListeners: ((edge: ButtonEdge) => void)[] = [];
  const noticeListeners: ((notice: ButtonNotice) => void)[] = [];
  let state = createPressFilter(options.settings);
  let timer: NodeJS.Timeout | undefined;

  function apply([after, verdicts]: Filtered): void {
    state = after;
    for (const verdict of verdicts) {
      if (verdict.kind === 'edge') {
        const { button, isDown, atMs } = verdict;
        for (const listener of edgeListeners) listener({ button, isDown, atMs });
      } else for (const listener of noticeListeners) listener(verdict);
    }
    clearTimeout(timer);
    const dueMs = nextDueMs(state);
    // Node's timers have whole milliseconds and round down.
    if (dueMs !== undefined) timer = setTimeout(wake, Math.max(1, Math.ceil(dueMs - clock.monotonicMs())));
  }
  const wake = (): void => apply(timePassed(state, clock.monotonicMs()));

  for (const source of sources) source.onChange((change) => apply(contactChanged(state, change)));

  return {
    onEdge: (listener) => void edgeListeners.push(listener),
    onNotice: (listener) => void noticeListeners.push(listener),
    async close() {
      clearTimeout(timer);
      await Promise.all(sources.map((source) => source.close()));
      clearTimeout(timer);
    },
  };
}
