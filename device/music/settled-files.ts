/**
 * Decides when the files of a folder have come to rest: what two looks in a row agree on counts, so a song that is
 * still being copied waits, a finished one beside it does not, and a renamed one is never missing in between. Pure.
 */

/** What one look saw: what tells each file from its next version, by path. */
export type FolderLook = ReadonlyMap<string, string>;

export interface SettledFiles {
  /**
   * Takes in the next look: whether what has settled is another than before, so that everything but `unsettled` is to
   * be read again, and what has not settled yet.
   */
  look(now: FolderLook): { readonly hasChanged: boolean; readonly unsettled: ReadonlySet<string> };
}

/** `first`: what is taken as known. */
export function createSettledFiles(first: FolderLook): SettledFiles {
  const settled = new Map(first);
  let before = first;
  return {
    look(now) {
      const unsettled = new Set<string>();
      let hasChanged = false;
      for (const path of new Set([...settled.keys(), ...before.keys(), ...now.keys()])) {
        const version = now.get(path);
        if (version !== before.get(path)) {
          unsettled.add(path);
        } else if (version !== settled.get(path)) {
          hasChanged = true;
          if (version === undefined) settled.delete(path);
          else settled.set(path, version);
        }
      }
      // Whoever is told leaves these out, so their coming to rest is news even where it is as it was.
      if (hasChanged) for (const path of unsettled) settled.delete(path);
      before = now;
      return { hasChanged, unsettled };
    },
  };
}
