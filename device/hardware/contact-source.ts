/** What opening one kind of button hardware comes to. */
import type { ContactSource } from '../core/ports.ts';
import type { ContactChange } from '../core/press-filter.ts';

/** Opening never throws: what is missing is a sentence for people, and the box goes on with its other buttons. */
export type OpenedContacts =
  | { readonly kind: 'opened'; readonly source: ContactSource }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Where one kind of hardware tells its changes, before and after somebody listens. */
export function createContactOutlet(): {
  tell(change: ContactChange): void;
  /** The source to hand out. */
  opened(close: () => Promise<void>): Extract<OpenedContacts, { kind: 'opened' }>;
} {
  let listener: (change: ContactChange) => void = () => {};
  return {
    tell: (change) => listener(change),
    opened: (close) => ({
      kind: 'opened',
      source: {
        onChange(next) {
          listener = next;
        },
        close,
      },
    }),
  };
}
