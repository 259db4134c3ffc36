/**
 * Turns the chatter of a contact into presses. Pure; one `Contact` a button, time comes in.
 * A change is reported at once, because a child must not wait; then the contact is left to settle, and what it has
 * become by then is reported if it differs. So the shortest tap is one press, and so is a burst of bounces.
 */

/** Longer than switches bounce (Ganssle, A Guide to Debouncing, 2008: 1.6 ms mean, 6.2 ms at worst but one). */
export const SETTLE_MS = 25;

export interface Contact {
  /** What was last reported. */
  readonly isDown: boolean;
  /** What was last seen. */
  readonly seenDown: boolean;
  /** Changes are not reported before this; undefined while settled. */
  readonly settlesAtMs: number | undefined;
}

export const OPEN_CONTACT: Contact = { isDown: false, seenDown: false, settlesAtMs: undefined };

export interface Filtered {
  readonly contact: Contact;
  /** The change to report now, if any. */
  readonly report: boolean | undefined;
}

/** The contact changed (or seemed to). */
export function contactSeen(contact: Contact, seenDown: boolean, atMs: number): Filtered {
  if (contact.settlesAtMs !== undefined && atMs < contact.settlesAtMs) {
    return { contact: { ...contact, seenDown }, report: undefined };
  }
  if (seenDown === contact.isDown) {
    return { contact: { isDown: seenDown, seenDown, settlesAtMs: undefined }, report: undefined };
  }
  return { contact: { isDown: seenDown, seenDown, settlesAtMs: atMs + SETTLE_MS }, report: seenDown };
}

/** Time has passed; call it when `settlesAtMs` is reached. */
export function contactSettled(contact: Contact, atMs: number): Filtered {
  if (contact.settlesAtMs === undefined || atMs < contact.settlesAtMs) return { contact, report: undefined };
  return contactSeen({ ...contact, settlesAtMs: undefined }, contact.seenDown, atMs);
}
