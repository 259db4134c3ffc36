/** How a browser is told what a song's file is. */
import { extname } from 'node:path';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.wav': 'audio/wav',
  '.aiff': 'audio/aiff',
  '.aif': 'audio/aiff',
};

/** The file with its MIME type by its extension; undefined without a path. */
export function songFileOf(path: string | undefined): { path: string; mimeType: string } | undefined {
  if (path === undefined) return undefined;
  return { path, mimeType: MIME_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream' };
}
