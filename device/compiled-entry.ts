/**
 * Where the compiled form of a worker or child-process entry lies.
 * Node 20 cannot run TypeScript in a worker, so code that itself runs from source (under vitest) starts its
 * workers and children from `dist/`; compiled code finds them beside itself.
 */

/** URL of the compiled `entry` (such as `'./storage-worker.ts'`), relative to the module at `importMetaUrl`. */
export function compiledEntry(importMetaUrl: string, entry: `./${string}.ts`): URL {
  const source = new URL(entry, importMetaUrl);
  if (!importMetaUrl.endsWith('.ts')) return new URL(source.href.replace(/\.ts$/, '.js'));
  const root = new URL('../', import.meta.url);
  return new URL(`dist/${source.href.slice(root.href.length).replace(/\.ts$/, '.js')}`, root);
}
