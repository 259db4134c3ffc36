/**
 * Captures what is played in a WAV file that is valid at any moment but the last second. A file that is already there
 * is gone on with, so that an audio process that died and came back loses nothing of what was captured.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { CHANNELS, SAMPLE_RATE_HZ } from '../audio-format.ts';
import { bytesOf, type OpenSink } from './sink.ts';

const HEADER_BYTES = 44;
const BYTES_PER_FRAME = CHANNELS * 2;

/** The header is put right after each second of sound. */
const HEADER_EVERY_BYTES = SAMPLE_RATE_HZ * BYTES_PER_FRAME;

/** The header's sizes are 32 bits; 6.7 hours. */
const MOST_DATA_BYTES = 2 ** 32 - 1 - HEADER_BYTES;

/** Canonical 44-byte header for stereo S16 at 44.1 kHz. Multimedia Programming Interface 1.0, IBM/Microsoft 1991. */
export function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(CHANNELS, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * BYTES_PER_FRAME, 28);
  header.writeUInt16LE(BYTES_PER_FRAME, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

export function openWavSink(path: string): OpenSink {
  return async (onFailure) => {
    const { file, dataBytes: dataBytesBefore } = openCapture(path);
    let dataBytes = dataBytesBefore;
    let headerIsDueAt = dataBytes + HEADER_EVERY_BYTES;
    let isOpen = true;

    function attempt(write: () => void): void {
      try {
        write();
      } catch (error) {
        isOpen = false;
        closeSync(file);
        onFailure(
          `The capture file cannot be written (${(error as NodeJS.ErrnoException).code}). Check that its disk has space.`,
        );
      }
    }

    return {
      name: 'wav',
      slackMs: 0,
      hasOwnClock: false,
      backlogMs: 0,
      write(block) {
        if (!isOpen || dataBytes + block.byteLength > MOST_DATA_BYTES) return;
        attempt(() => {
          writeSync(file, bytesOf(block), 0, block.byteLength, HEADER_BYTES + dataBytes);
          dataBytes += block.byteLength;
          if (dataBytes < headerIsDueAt) return;
          headerIsDueAt += HEADER_EVERY_BYTES;
          writeSync(file, wavHeader(dataBytes), 0, HEADER_BYTES, 0);
        });
      },
      async close() {
        if (!isOpen) return;
        attempt(() => writeSync(file, wavHeader(dataBytes), 0, HEADER_BYTES, 0));
        if (!isOpen) return;
        isOpen = false;
        closeSync(file);
      },
    };
  };
}

/** Opens or makes the file; throws when it cannot be written or holds something else. */
function openCapture(path: string): { file: number; dataBytes: number } {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDWR | constants.O_CREAT);
    const sizeBytes = fstatSync(file).size;
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    if (sizeBytes > 0 && !isOurHeader(header)) {
      throw new Error('it holds something else; move it away or give another name');
    }
    // A process killed in the middle of a write may leave part of a frame.
    const frames = Math.floor(Math.max(0, sizeBytes - HEADER_BYTES) / BYTES_PER_FRAME);
    const dataBytes = frames * BYTES_PER_FRAME;
    ftruncateSync(file, HEADER_BYTES + dataBytes);
    writeSync(file, wavHeader(dataBytes), 0, HEADER_BYTES, 0);
    return { file, dataBytes };
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === undefined ? message : `cannot be opened (${code}); check the folder and its permissions`;
    throw new Error(`capture file ${path}: ${reason}`, { cause });
  }
}

/** Ours whatever sizes it states: those are corrected only now and then. */
function isOurHeader(header: Buffer): boolean {
  const sizeless = Buffer.from(header);
  sizeless.writeUInt32LE(HEADER_BYTES - 8, 4);
  sizeless.writeUInt32LE(0, 40);
  return sizeless.equals(wavHeader(0));
}
