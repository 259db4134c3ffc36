/** Finds and reads what lies in models/shipped, from source and from dist alike.  */
import { existsSync, readFileSync } from 'node:fs';

/** The nearest folder above this file with a package.json: the same one for models/ and dist/models/. */
function packageRoot(): URL {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('../', folder);
    if (parent.href === folder.href) throw new Error(`no package.json above ${import.meta.url}`);
    folder = parent;
  }
  return folder;
}

/** Where a shipped file lies. */
export function shippedFile(name: string): URL {
  return new URL(`models/shipped/${name}`, packageRoot());
}

/** Reads and parses one shipped JSON file; a missing or broken one is a broken installation and says so. */
export function readShipped<T>(name: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(readFileSync(shippedFile(name), 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`read models/shipped/${name}: ${reason}. Install the program again.`, { cause });
  }
}
