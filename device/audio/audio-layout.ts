/**
 * Decides by a file's bytes, never by its name, what it is, which codec reads it, and which bytes are its audio.
 * Both decoding and the content hash go by this, so that a tag is never heard and never changes a song's identity.
 */
import { type ByteReader, textAt } from './byte-reader.ts';
import { DecodeError } from './decode-error.ts';
import { findAiffSound, findWavSound } from './iff-chunks.ts';
import { indexForFront, isEncrypted, topLevelBoxes } from './mp4-boxes.ts';
import { findMpegSync } from './mpeg-sync.ts';
import { type ByteRange, untaggedRange } from './tag-extents.ts';

export type AudioContainer = 'mpeg' | 'adts' | 'flac' | 'ogg' | 'mp4' | 'wav' | 'aiff';
export type AudioCodec = 'mp3' | 'aac' | 'flac' | 'vorbis' | 'opus' | 'mp4' | 'wav' | 'aiff';

export interface AudioLayout extends ByteRange {
  readonly container: AudioContainer;
  readonly codec: AudioCodec;
  /** What the codec is fed before the bytes of the range: a rebuilt header, or nothing. */
  readonly header: Uint8Array;
  /** True when the stream itself says that it holds one channel. */
  readonly isMono: boolean;
  /** True when the codec holds all of it in memory before the first sample comes out. */
  readonly isWholeFile: boolean;
}

/** Where an mp3 or aac stream is searched for behind junk; mp3s cut out of a broadcast begin in mid-frame. */
const SYNC_SEARCH_BYTES = 256 * 1024;
const NOTHING = new Uint8Array(0);
/** AIFF-C compressions whose blocks the codec reads only in one piece. */
const WHOLE_FILE_AIFF = new Set(['ima4', 'GSM ', 'gsm ']);
const WAVE_MPEG_ENCODINGS = new Set<number | string>([0x50, 0x55]);

/** Kinds of file the box knows but does not play: magic bytes at an offset, and what to call it. */
const FOREIGN: readonly (readonly [magic: string, offset: number, name: string])[] = [
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 0, 'Windows Media, wma'],
  ['\x1a\x45\xdf\xa3', 0, 'Matroska or WebM'],
  ['MAC ', 0, 'Monkey’s Audio, ape'],
  ['MPCK', 0, 'Musepack, mpc'],
  ['MP+', 0, 'Musepack, mpc'],
  ['wvpk', 0, 'WavPack, wv'],
  ['TTA', 0, 'True Audio, tta'],
  ['DSD ', 0, 'DSD, dsf'],
  ['FRM8', 0, 'DSD, dff'],
  ['caff', 0, 'Core Audio, caf'],
  ['#!AMR', 0, 'AMR speech'],
  ['\x0b\x77', 0, 'Dolby Digital, ac3'],
  ['\x7f\xfe\x80\x01', 0, 'DTS'],
  ['ADIF', 0, 'AAC in ADIF'],
  ['MThd', 0, 'MIDI'],
  ['AVI ', 8, 'AVI video'],
];

/** What the file holds. Throws `DecodeError` when it is nothing the box plays. */
export async function findAudio(reader: ByteReader): Promise<AudioLayout> {
  if (reader.sizeBytes === 0) throw new DecodeError('empty');
  const range = await untaggedRange(reader);
  const head = await reader.read(range.startByte, 64);
  const magic = textAt(head, 0, 4);
  if (magic === 'fLaC') return stream('flac', 'flac', range);
  if (magic === 'OggS') return stream('ogg', await oggCodec(reader, range.startByte), range);
  if (magic === 'RIFF' || magic === 'RF64' || magic === 'BW64') {
    if (textAt(head, 8, 4) === 'WAVE') return wavLayout(reader, range.startByte);
  }
  if (magic === 'FORM' && /^AIF[FC]$/.test(textAt(head, 8, 4))) return aiffLayout(reader, range.startByte);
  if (/^(ftyp|moov|mdat|wide|free|skip)$/.test(textAt(head, 4, 4))) return mp4Layout(reader);
  for (const [word, offset, name] of FOREIGN) {
    if (textAt(head, offset, word.length) === word) throw new DecodeError('unsupported', name);
  }
  return mpegLayout(reader, range);
}

function stream(
  container: AudioContainer,
  codec: AudioCodec,
  range: ByteRange,
  extra: Partial<AudioLayout> = {},
): AudioLayout {
  return { container, codec, header: NOTHING, isMono: false, isWholeFile: false, ...range, ...extra };
}

async function mpegLayout(reader: ByteReader, range: ByteRange): Promise<AudioLayout> {
  const bytes = await reader.read(
    range.startByte,
    Math.min(SYNC_SEARCH_BYTES, range.endByte - range.startByte),
  );
  const sync = findMpegSync(bytes, range.startByte + bytes.length === range.endByte);
  if (sync === undefined) throw new DecodeError('notAudio');
  const startByte = range.startByte + sync.offset;
  if (sync.format === 'aac') return stream('adts', 'aac', { ...range, startByte });
  return stream('mpeg', 'mp3', { ...range, startByte }, { isMono: sync.isMono });
}

async function oggCodec(reader: ByteReader, startByte: number): Promise<AudioCodec> {
  const page = await reader.read(startByte, 27 + 255 + 16);
  const packet = 27 + (page[26] ?? 0);
  if (textAt(page, packet, 7) === '\x01vorbis') return 'vorbis';
  if (textAt(page, packet, 8) === 'OpusHead') return 'opus';
  if (textAt(page, packet, 5) === '\x7fFLAC') return 'flac';
  const name = textAt(page, packet, 5) === 'Speex' ? 'Speex speech' : 'Ogg without music';
  throw new DecodeError('unsupported', name);
}

async function wavLayout(reader: ByteReader, startByte: number): Promise<AudioLayout> {
  const sound = await findWavSound(reader, startByte);
  if (sound === undefined) throw new DecodeError('damaged');
  if (sound.startByte >= sound.endByte) throw new DecodeError('silent');
  if (!WAVE_MPEG_ENCODINGS.has(sound.encoding)) return stream('wav', 'wav', sound, { header: sound.header });
  return { ...(await mpegLayout(reader, sound)), container: 'wav' };
}

async function aiffLayout(reader: ByteReader, startByte: number): Promise<AudioLayout> {
  const sound = await findAiffSound(reader, startByte);
  if (sound === undefined) throw new DecodeError('damaged');
  if (sound.startByte >= sound.endByte) throw new DecodeError('silent');
  const isWholeFile = WHOLE_FILE_AIFF.has(String(sound.encoding));
  return stream('aiff', 'aiff', sound, { header: sound.header, isWholeFile });
}

async function mp4Layout(reader: ByteReader): Promise<AudioLayout> {
  const boxes = await topLevelBoxes(reader);
  const header = await indexForFront(reader, boxes);
  if (header === undefined) throw new DecodeError('damaged');
  if (isEncrypted(header)) throw new DecodeError('protected');
  return stream('mp4', 'mp4', { startByte: 0, endByte: reader.sizeBytes }, { header });
}
