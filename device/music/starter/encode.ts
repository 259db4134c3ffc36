/** Stereo sound to an Ogg Vorbis file in memory, with title and artist, by the encoder's WebAssembly (no network). */
import { createOggEncoder } from 'wasm-media-encoders';
import { SAMPLE_RATE_HZ } from './instruments/voice.ts';
import type { StereoSound } from './mixdown.ts';
import { concatenated, writeVorbisComments } from './ogg-comments.ts';

/** Vorbis quality 4: about 128 kbit/s nominal, transparent for such music. */
const VORBIS_QUALITY = 4;
/** Encoded at a time, samples: small enough to keep the encoder's memory small. */
const CHUNK = SAMPLE_RATE_HZ;

export type OggEncoder = (
  sound: StereoSound,
  comments: readonly string[],
  serial: number,
) => Uint8Array<ArrayBuffer>;

/** Loads the encoder once; each call of it encodes one song. `comments` are `NAME=value`. */
export async function createSongEncoder(): Promise<OggEncoder> {
  const encoder = await createOggEncoder();
  return ({ left, right }, comments, serial) => {
    // The serial number would be random; ours makes the same song the same bytes.
    encoder.configure({
      sampleRate: SAMPLE_RATE_HZ,
      channels: 2,
      vbrQuality: VORBIS_QUALITY,
      oggSerialNo: serial,
    });
    const chunks: Uint8Array[] = [];
    for (let start = 0; start < left.length; start += CHUNK) {
      // What encode returns is the encoder's own memory: copy before the next call.
      chunks.push(
        encoder.encode([left.subarray(start, start + CHUNK), right.subarray(start, start + CHUNK)]).slice(),
      );
    }
    chunks.push(encoder.finalize().slice());
    return writeVorbisComments(concatenated(chunks), comments);
  };
}
