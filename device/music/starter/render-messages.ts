/** What the composing thread and its render workers say to each other. */

/** Render the piece of this title. */
export interface RenderJob {
  readonly title: string;
}

export type RenderAnswer =
  | { readonly kind: 'rendered'; readonly ogg: Uint8Array<ArrayBuffer>; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly reason: string };
