/** Works through a list with a few hands: items are begun in order, at most `hands` at a time. */

/** Rejects with the first failure; no further item is begun then. */
export async function inParallel<Item>(
  items: readonly Item[],
  hands: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  async function hand(): Promise<void> {
    while (next < items.length) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(hands, items.length) }, hand));
}
