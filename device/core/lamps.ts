/** What each lamp shows: a function of the kiosk's state, so light can never disagree with what the box does. */
import type { KioskState } from './kiosk-state.ts';
import type { ButtonId, LampPattern } from './ports.ts';

/** Pattern of every button's lamp in this state. */
export function lampsOf(state: KioskState): Readonly<Record<ButtonId, LampPattern>> {
  return Object.fromEntries(state.settings.buttons.map(({ id }) => [id, lampOf(state, id)]));
}

function lampOf(state: KioskState, button: ButtonId): LampPattern {
  if (button in state.confirming) return 'confirm';
  if (button in state.down || button in state.storing) return 'glow';
  if (state.activity.kind !== 'idle' && state.activity.requestedBy === button) return 'glow';
  return state.faults.length > 0 ? 'degraded' : 'ready';
}
