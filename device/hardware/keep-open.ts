/**
 * Keeps things open that come and go: finds them, opens them, and opens them again after they were lost, at once the
 * first time and then ever more seldom. Looks also whenever their folder changes, so a plugged cable is heard soon.
 */
import { type FSWatcher, watch } from 'node:fs';

/** Waits between looks, ms: udev needs a moment to give a new device to its group; then two seconds, for ever. */
export const LOOK_AGAIN_MS = [0, 100, 250, 500, 1000, 2000] as const;

/** What was open for this long was sound: its loss is a first one again, ms. */
const SOUND_AFTER_MS = 10_000;

export interface OpenThing {
  close(): Promise<void> | void;
}

export interface Kept {
  /** Settles after the first look, whatever it found. */
  readonly firstLook: Promise<void>;
  close(): Promise<void>;
}

export interface KeepOpenOptions<T> {
  /** What is there now. */
  readonly find: () => Promise<readonly T[]>;
  readonly keyOf: (thing: T) => string;
  /** Is this all that is expected? Then nobody looks until something is lost or the folder changes. */
  readonly isComplete: (open: readonly T[]) => boolean;
  readonly open: (thing: T, onLost: (reason: string) => void) => Promise<OpenThing>;
  /** What is missing among the things found, as a sentence. */
  readonly absence: (found: readonly T[]) => string | undefined;
  /** Something is missing, or was and is back: a sentence for people, told once until something sound is lost again. */
  readonly tell: (sentence: string) => void;
  /** The sentence for one that is back. */
  readonly backAgain: (thing: T) => string;
  readonly monotonicMs: () => number;
  /** Where the kernel makes and removes its nodes, such as /dev/input, and how theirs begin. */
  readonly watched?: { readonly folder: string; readonly prefix: string } | undefined;
}

export function keepOpen<T>(options: KeepOpenOptions<T>): Kept {
  const { keyOf, monotonicMs } = options;
  const open = new Map<string, { readonly thing: T; readonly opened: OpenThing; readonly sinceMs: number }>();
  const told = new Set<string>();
  let looksInVain = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isLooking = false;
  let looksAgain = false;
  let isSoon = false;

  const watcher = options.watched && watchNodes(options.watched.folder, options.watched.prefix, lookSoon);

  /** A node came, went or changed its rights; several at once are one reason to look. */
  function lookSoon(): void {
    if (isSoon) return;
    looksInVain = 0;
    lookAfter(LOOK_AGAIN_MS[1]);
    isSoon = true;
  }

  function lookAfter(ms: number): void {
    clearTimeout(timer);
    isSoon = false;
    if (!isClosed) timer = setTimeout(() => void look(), ms);
  }

  function tell(sentence: string): void {
    if (isClosed || told.has(sentence)) return;
    told.add(sentence);
    options.tell(sentence);
  }

  function lost(key: string, reason: string): void {
    const entry = open.get(key);
    if (entry === undefined || isClosed) return;
    open.delete(key);
    void closeQuietly(entry.opened);
    if (monotonicMs() - entry.sinceMs >= SOUND_AFTER_MS) {
      looksInVain = 0;
      told.clear();
    }
    tell(reason);
    lookAfter(LOOK_AGAIN_MS[Math.min(looksInVain, LOOK_AGAIN_MS.length - 1)]!);
  }

  async function openOne(thing: T): Promise<void> {
    const key = keyOf(thing);
    let lostEarly: string | undefined;
    try {
      const opened = await options.open(thing, (reason) => {
        lostEarly = reason;
        lost(key, reason);
      });
      if (isClosed || lostEarly !== undefined) {
        await closeQuietly(opened);
        if (lostEarly !== undefined) tell(lostEarly);
        return;
      }
      open.set(key, { thing, opened, sinceMs: monotonicMs() });
      if (told.size > 0) tell(options.backAgain(thing));
    } catch (error) {
      tell((error as Error).message);
    }
  }

  async function look(): Promise<void> {
    isSoon = false;
    if (isLooking) {
      looksAgain = true;
      return;
    }
    isLooking = true;
    looksAgain = false;
    try {
      const found = await options.find();
      const absence = options.absence(found);
      if (absence !== undefined) tell(absence);
      for (const thing of found) {
        if (!isClosed && !open.has(keyOf(thing))) await openOne(thing);
      }
    } catch (error) {
      tell((error as Error).message);
    } finally {
      isLooking = false;
    }
    if (looksAgain) return lookAfter(0);
    const isComplete = options.isComplete([...open.values()].map(({ thing }) => thing));
    looksInVain += 1;
    if (!isComplete) lookAfter(LOOK_AGAIN_MS[Math.min(looksInVain, LOOK_AGAIN_MS.length - 1)]!);
  }

  return {
    firstLook: look(),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      watcher?.close();
      await Promise.all([...open.values()].map(({ opened }) => closeQuietly(opened)));
      open.clear();
    },
  };
}

/** By name, because every write to /dev/null is a change in /dev. Undefined where nothing can be watched. */
function watchNodes(folder: string, prefix: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name?.startsWith(prefix)) onChange();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** What is lost often cannot be closed properly either; that is no news. */
async function closeQuietly(thing: OpenThing): Promise<void> {
  try {
    await thing.close();
  } catch {}
}
