/**
 * Random access to the bytes of a file: the one edge between the container parsers and the file system.
 */
import { open } from 'node:fs/promises';

export interface ByteReader {
  readonly sizeBytes: number;
  /** At most `lengthBytes` from `startByte`; fewer only at the end of the file. */
  read(startByte: number, lengthBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Open a file for reading; rejects with the system's error, or when `path` is no ordinary file. */
export async function openByteReader(path: string): Promise<ByteReader> {
  const file = await open(path, 'r');
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error(`open ${path}: not an ordinary file`);
    return {
      sizeBytes: status.size,
      async read(startByte, lengthBytes) {
        const length = Math.max(0, Math.min(lengthBytes, status.size - startByte));
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await file.read(bytes, filled, length - filled, startByte + filled);
          if (bytesRead === 0) return bytes.subarray(0, filled);
          filled += bytesRead;
        }
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** `length` bytes at `offset` as Latin-1 text, for four-letter codes and magic words. */
export function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/** A view for reading numbers out of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
