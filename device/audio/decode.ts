/**
 * Turns a song file into blocks of samples, as a stream: memory stays bounded for a recording of any length.
 * The kind is decided by content (audio-layout.ts); the codecs are those of `audio-decode`.
 *
 * Sample 0 is where ffmpeg's decoder puts it (checked by correlation): mp3 with a Xing/LAME tag loses its 1,105
 * samples of encoder and decoder delay and its padding, mp3 without the tag keeps them, and one that was cut out of
 * another begins with the first granule that can be read (mp3-reservoir.ts); opus, vorbis and m4a with an
 * edit list or iTunSMPB are trimmed to what was encoded; bare aac and m4a without either begin one frame (1,024
 * samples) later than in ffmpeg. Lossless formats have no delay. Nothing is ever prepended here.
 */
import decode, { type StreamDecoder } from 'audio-decode';
import { type AudioCodec, type AudioLayout, findAudio } from './audio-layout.ts';
import { type ByteReader, openByteReader } from './byte-reader.ts';
import { withDeadline, withoutChatter } from './codec-guards.ts';
import { DecodeError, STALL_LIMIT_MS } from './decode-error.ts';
import { flacFeedLength } from './flac-feed.ts';
import { repairReservoir } from './mp3-reservoir.ts';

export { DecodeError } from './decode-error.ts';

/** Samples of all channels for one stretch of time, at most a second. Rate and channel count never change in a file. */
export interface PcmBlock {
  /** A whole number; the 22,254.5 Hz of old Macintosh files is rounded. */
  readonly sampleRateHz: number;
  /** One array per channel, equally long, nominally in [-1, 1]; never NaN or infinite. */
  readonly channels: readonly Float32Array[];
}

export interface DecodeOptions {
  /** Ends the stream by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How much of the file a codec gets at once: 0.2 s of flac, 2 s of mp3 at 128 kbit/s. Small, so that a press starts sound at once. */
const FEED_BYTES = 32 * 1024;
/** Largest file for the two codecs that cannot stream (AIFF-C ima4 and GSM): some 12 minutes of stereo. */
const WHOLE_FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Beyond what any sound card or recording uses; such a header is damage. */
const MAX_SAMPLE_RATE_HZ = 768_000;
const MIN_SAMPLE_RATE_HZ = 1000;
/** In a damaged mp3 a frame may be misread as one of another rate: left out. More than this is really another recording. */
const MAX_STRAY_MS = 2000;

/** audio-decode shows a stereo stream as one channel for as long as both are equal: these are widened again. */
const COLLAPSING: ReadonlySet<AudioCodec> = new Set(['mp3', 'aac', 'mp4']);

/**
 * The samples of the file at `path`, in order, in blocks of at most one second.
 * Throws `DecodeError` (reason and hint for a caregiver) when the file cannot be played or gives no sample;
 * a file that is damaged further on plays up to there. Stopping the iteration frees codec and file.
 * A codec that never returns can only be ended from outside: run unknown files in a process or worker that is watched.
 */
export async function* decodeFile(path: string, options: DecodeOptions = {}): AsyncGenerator<PcmBlock> {
  const { signal } = options;
  signal?.throwIfAborted();
  const reader = await withDeadline(openFile(path), STALL_LIMIT_MS);
  let codec: StreamDecoder | undefined;
  try {
    const layout = await withDeadline(findAudio(reader), STALL_LIMIT_MS);
    if (layout.isWholeFile && layout.endByte - layout.startByte > WHOLE_FILE_LIMIT_BYTES) {
      throw new DecodeError('tooLarge');
    }
    codec = await openCodec(layout.codec);
    let shape: Shape | undefined;
    let strayMs = 0;
    let lastBlockMs = performance.now();
    for await (const decoded of decodedPieces(reader, layout, codec, () => shape !== undefined)) {
      signal?.throwIfAborted();
      const { channelData, sampleRate } = decoded;
      if (channelData.length > 0 && channelData[0]!.length > 0) {
        shape ??= shapeOf(decoded, layout);
        if (Math.round(sampleRate) === shape.sampleRateHz) {
          yield* split(channelData, shape);
        } else {
          strayMs += (1000 * channelData[0]!.length) / sampleRate;
          if (strayMs > MAX_STRAY_MS) throw new DecodeError('changing');
        }
        signal?.throwIfAborted();
        lastBlockMs = performance.now();
      }
      if (performance.now() - lastBlockMs > STALL_LIMIT_MS) throw new DecodeError('stuck');
    }
    if (shape === undefined) throw new DecodeError('silent');
  } finally {
    codec?.free();
    // Not awaited: closing a file on a stick that was pulled out may never end.
    reader.close().catch(() => {});
  }
}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

interface Shape {
  readonly sampleRateHz: number;
  readonly channelCount: number;
}

async function openFile(path: string): Promise<ByteReader> {
  try {
    return await openByteReader(path);
  } catch (cause) {
    throw new DecodeError('unreadable', undefined, { cause });
  }
}

function openCodec(codec: AudioCodec): Promise<StreamDecoder> {
  switch (codec) {
    case 'mp3':
      return decode.mp3();
    case 'aac':
      return decode.aac();
    case 'flac':
      return decode.flac();
    case 'vorbis':
      return decode.oga();
    case 'opus':
      return decode.opus();
    case 'mp4':
      return decode.m4a();
    case 'wav':
      return decode.wav();
    case 'aiff':
      return decode.aiff();
  }
}

/** Feeds header, payload and end of stream; a codec's failure after the first sound ends the song there. */
async function* decodedPieces(
  reader: ByteReader,
  layout: AudioLayout,
  codec: StreamDecoder,
  hasSounded: () => boolean,
): AsyncGenerator<Decoded> {
  try {
    if (layout.header.length > 0) yield await feed(codec, layout.header);
    for (let position = layout.startByte; position < layout.endByte; ) {
      const wanted = Math.min(FEED_BYTES, layout.endByte - position);
      const bytes = await withDeadline(reader.read(position, wanted), STALL_LIMIT_MS);
      // The file became shorter while it was read.
      if (bytes.length === 0) break;
      const isLast = position + bytes.length >= layout.endByte;
      const length = layout.codec === 'flac' && !isLast ? flacFeedLength(bytes) : bytes.length;
      const isRepairable = layout.codec === 'mp3' && position === layout.startByte;
      position += length;
      yield await feed(codec, isRepairable ? repairReservoir(bytes) : bytes.subarray(0, length));
    }
    yield await feed(codec);
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause;
    if (!hasSounded()) throw codecFailure(cause);
  }
}

function feed(codec: StreamDecoder, bytes?: Uint8Array): Promise<Decoded> {
  return withDeadline(
    withoutChatter(() => codec(bytes)),
    STALL_LIMIT_MS,
  );
}

function codecFailure(cause: unknown): DecodeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const unsupported = /unsupported|not support|no audio track/i.test(message);
  return new DecodeError(unsupported ? 'unsupported' : 'damaged', undefined, { cause });
}

function shapeOf(decoded: Decoded, layout: AudioLayout): Shape {
  const { sampleRate, channelData } = decoded;
  if (!(sampleRate >= MIN_SAMPLE_RATE_HZ && sampleRate <= MAX_SAMPLE_RATE_HZ))
    throw new DecodeError('damaged');
  const isWidened = COLLAPSING.has(layout.codec) && !layout.isMono;
  return {
    sampleRateHz: Math.round(sampleRate),
    channelCount: Math.max(channelData.length, isWidened ? 2 : 1),
  };
}

function* split(channelData: readonly Float32Array[], shape: Shape): Generator<PcmBlock> {
  for (const channel of channelData) zeroNonFinite(channel);
  const sampleCount = channelData[0]!.length;
  const stepSamples = shape.sampleRateHz;
  for (let start = 0; start < sampleCount; start += stepSamples) {
    const channels = Array.from({ length: shape.channelCount }, (_, channel) => {
      const piece = channelData[channel % channelData.length]!.subarray(start, start + stepSamples);
      // A widened channel gets its own memory, so that whoever scales a block in place scales it once.
      return channel < channelData.length ? piece : piece.slice();
    });
    yield { sampleRateHz: shape.sampleRateHz, channels };
  }
}

function zeroNonFinite(samples: Float32Array): void {
  for (let index = 0; index < samples.length; index++) {
    if (!Number.isFinite(samples[index])) samples[index] = 0;
  }
}
