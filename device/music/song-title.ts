/** What a song is called on screens and in lists. */
import { basename, extname } from 'node:path';

/** Track numbers as they lead file names: "01 ", "1-03. ", "07_-_". "99 Luftballons" and "1999" are no track numbers. */
const TRACK_NUMBER = /^(?:(?:\d{1,2}-)?\d{1,3}\s*[.)-]\s*|0\d{1,2}\s+)(?:-\s*)?(?=\S)/;

/** The file's name without ending, track number and underscores. */
export function titleFromPath(path: string): string {
  const name = basename(path, extname(path)).normalize('NFC');
  const plain = name.replaceAll('_', ' ').replace(/\s+/g, ' ').trim();
  const title = plain.replace(TRACK_NUMBER, '').trim();
  return title || plain || basename(path);
}
