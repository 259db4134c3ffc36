/** Files of a box in memory, that can lose power before or after any one change. */
import type { BoxFiles } from '../../device/box-files.ts';

/** What ends a run at a power cut; nothing that is not in the files outlives it. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

export interface MemoryBoxFiles extends BoxFiles {
  readonly content: Map<string, Uint8Array>;
  /** Changes so far. */
  changes(): number;
  /** The power goes at the `change`-th change from now on (from 1), before it or after it; undefined: never. */
  cutAt(change: number | undefined, when?: 'before' | 'after'): void;
}

export function createMemoryBoxFiles(): MemoryBoxFiles {
  const content = new Map<string, Uint8Array>();
  let changes = 0;
  let cut: { readonly at: number; readonly when: 'before' | 'after' } | undefined;

  async function change(make: () => void): Promise<void> {
    changes += 1;
    const isLast = cut !== undefined && changes >= cut.at;
    // Nothing changes any more once the power is gone.
    if (isLast && (cut!.when === 'before' || changes > cut!.at)) throw new PowerCut(`at change ${changes}`);
    make();
    if (isLast) throw new PowerCut(`after change ${changes}`);
  }

  return {
    content,
    changes: () => changes,
    cutAt(at, when = 'before') {
      cut = at === undefined ? undefined : { at: changes + at, when };
    },
    pathOf: (name) => name,
    read: async (name) => content.get(name),
    writeWhole: (name, bytes) =>
      change(
        () => void content.set(name, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes),
      ),
    remove: (name) => change(() => void content.delete(name)),
    list: async (folder) =>
      [...content.keys()].filter((name) => name.slice(0, Math.max(0, name.lastIndexOf('/'))) === folder),
  };
}
