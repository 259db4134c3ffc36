/** One on-screen button with its lamp: what is drawn, and what a screen reader says. Hears no presses itself. */
import type { LampPattern } from '../../core/ports.ts';
import type { PanelButton } from '../panel-protocol.ts';
import { createFace, createHoldRing } from './faces.ts';
import { lampWords } from './status-words.ts';

export interface ButtonView {
  /** The button with its label, to be placed on the page. */
  readonly element: HTMLElement;
  /** The real `<button>` inside. */
  readonly button: HTMLButtonElement;
  showLamp(pattern: LampPattern): void;
  /** Draws it pressed down, with the ring that fills until a hold stops the music. */
  showHeld(isHeld: boolean): void;
}

/** Lamp and colour are data attributes; `lamps.css` draws them. */
export function createButtonView(button: PanelButton): ButtonView {
  const element = document.createElement('div');
  element.className = 'place';

  const lamp = document.createElement('span');
  lamp.id = `lamp-${button.id}`;
  lamp.className = 'spoken';

  const round = document.createElement('button');
  round.type = 'button';
  round.className = 'button';
  round.dataset.button = button.id;
  round.dataset.colour = button.colour;
  round.setAttribute('aria-label', `${button.label}, key ${button.key}`);
  round.setAttribute('aria-describedby', lamp.id);
  round.setAttribute('aria-keyshortcuts', button.key);
  const dome = layer('dome');
  dome.append(layer('light'), layer('shade'), layer('gloss'), createFace(button.emotion));
  round.append(layer('halo'), layer('bezel'), dome, createHoldRing());

  const legend = document.createElement('p');
  legend.className = 'legend';
  legend.setAttribute('aria-hidden', 'true');
  const key = document.createElement('kbd');
  key.textContent = button.key;
  legend.append(button.label, key);

  element.append(round, legend, lamp);

  function showLamp(pattern: LampPattern): void {
    round.dataset.lamp = pattern;
    lamp.textContent = lampWords(pattern);
  }

  showLamp('off');
  return {
    element,
    button: round,
    showLamp,
    showHeld(isHeld) {
      round.toggleAttribute('data-held', isHeld);
    },
  };
}

function layer(name: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = name;
  return element;
}
