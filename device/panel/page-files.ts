/**
 * The files of the page, read once into memory: a request can reach nothing else on the disk.
 * HTML, styles and the icon come from the source folder, scripts from `dist/`, both found from the package root.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly mimeType: string;
  readonly body: Buffer;
}

const SOURCE_FILES = [
  ['/', 'page/index.html', 'text/html; charset=utf-8'],
  ['/page/kiosk.css', 'page/kiosk.css', 'text/css; charset=utf-8'],
  ['/page/lamps.css', 'page/lamps.css', 'text/css; charset=utf-8'],
  ['/page/status.css', 'page/status.css', 'text/css; charset=utf-8'],
  ['/page/icon.svg', 'page/icon.svg', 'image/svg+xml'],
] as const;

/** Paths are the same in `dist/device/panel` and in the address, so that relative imports resolve. */
const SCRIPTS = [
  'held-buttons.js',
  'page/button-view.js',
  'page/connection.js',
  'page/faces.js',
  'page/kiosk.js',
  'page/listen-here.js',
  'page/press-input.js',
  'page/status-view.js',
  'page/status-words.js',
] as const;

/** Every file of the page by its path in the address. Rejects where the page was not built. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const root = packageRoot();
  const sources = SOURCE_FILES.map(async ([address, file, mimeType]): Promise<[string, PageFile]> => {
    return [address, { mimeType, body: await readFile(join(root, 'device/panel', file)) }];
  });
  const scripts = SCRIPTS.map(async (file): Promise<[string, PageFile]> => {
    const body = await readFile(join(root, 'dist/device/panel', file));
    return [`/${file}`, { mimeType: 'text/javascript; charset=utf-8', body }];
  });
  return new Map(await Promise.all([...sources, ...scripts]));
}

/** The nearest folder above this module that has a package.json; the module runs from source and from `dist/`. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`panel page: no package.json above ${import.meta.url}`);
    folder = parent;
  }
  return folder;
}
