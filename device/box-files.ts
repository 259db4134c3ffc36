/**
 * Small files of the box, each either the old one or the new one, also after a power cut: temp, fsync, rename, fsync
 * folder. Names are relative to one folder.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface BoxFiles {
  /** Where a file lies, for whoever must open it by itself. */
  pathOf(name: string): string;
  /** The file's bytes; undefined when there is none. Rejects when it cannot be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Resolves once the file would outlast a power cut; until then the one before does. Only this user may read it. */
  writeWhole(name: string, content: Uint8Array | string): Promise<void>;
  /** Resolves once the file is gone for good; one that is not there is gone. */
  remove(name: string): Promise<void>;
  /** Names of the files in a folder of this one (`''`: in this one itself), none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** Ends the name of a file that is being written; one left by a power cut is written over the next time. */
const TEMPORARY = '.new';

export function createBoxFiles(folder: string): BoxFiles {
  const pathOf = (name: string): string => join(folder, name);
  return {
    pathOf,
    read: (name) => readFile(pathOf(name)).catch(absent(undefined)),
    async writeWhole(name, content) {
      const path = pathOf(name);
      const temporary = `${path}${TEMPORARY}`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rm(temporary, { force: true });
      const file = await open(temporary, 'wx', 0o600);
      try {
        // Whatever the umask took away.
        await file.chmod(0o600);
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(dirname(path));
    },
    async remove(name) {
      const path = pathOf(name);
      for (const each of [path, `${path}${TEMPORARY}`]) await rm(each, { force: true });
      await syncFolder(dirname(path)).catch(absent(undefined));
    },
    async list(inside) {
      const entries = await readdir(pathOf(inside), { withFileTypes: true }).catch(absent([]));
      return entries.filter((entry) => entry.isFile()).map(({ name }) => join(inside, basename(name)));
    },
  };
}

/** Makes a rename or a removal in `folder` last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `value` for what is not there; any other error goes on. */
function absent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
