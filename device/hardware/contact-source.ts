/** What opening one kind of button hardware comes to. */
import type { ContactSource } from '../core/ports.ts';

/** Opening never throws: what is missing is a sentence for people, and the box goes on with its other buttons. */
export type OpenedContacts =
  | { readonly kind: 'opened'; readonly source: ContactSource }
  | { readonly kind: 'unavailable'; readonly reason: string };
