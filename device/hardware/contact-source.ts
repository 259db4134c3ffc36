/** What every kind of button hardware is to the box: contacts that close and open, bounces and all. */
import type { ContactChange } from '../core/press-filter.ts';

export interface ContactSource {
  /** One listener, told of every change; set before the first can come. */
  onChange(listener: (change: ContactChange) => void): void;
  close(): Promise<void>;
}

/** Opening never throws: what is missing is a sentence for people, and the box goes on with its other buttons. */
export type OpenedContacts =
  | { readonly kind: 'opened'; readonly source: ContactSource }
  | { readonly kind: 'unavailable'; readonly reason: string };
