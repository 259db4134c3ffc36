/** What code a result came from: a hash over a source file and all it imports, so that old results are never taken for new. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/**
 * SHA-256, hex, over the file at `entry` and every file it imports by a relative path, however far; packages are not
 * followed. Some sixty small reads.
 */
export function codeVersion(entry: URL): string {
  const texts = new Map<string, string>();
  const ahead = [entry];
  for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
    if (texts.has(file.href)) continue;
    const text = readFileSync(file, 'utf8');
    texts.set(file.href, text);
    for (const [, specifier] of text.matchAll(RELATIVE_IMPORT)) ahead.push(new URL(specifier!, file));
  }
  const hash = createHash('sha256');
  for (const [, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(text);
  return hash.digest('hex');
}
