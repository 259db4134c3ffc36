/**
 * Plays through the optional native `speaker` module. Loading it aborts the process where there is no card, so it is
 * imported only here, only after a card was found, and only in the audio process. `end()` would block for most of a
 * second and is never called; one stream stays open.
 */
import { CHANNELS, SAMPLE_RATE_HZ } from '../audio-format.ts';
import { bytesOf, type OpenSink, type Sink } from './sink.ts';

/** The part of node-speaker 0.5 that is used. */
interface SpeakerStream {
  write(bytes: Buffer): boolean;
  on(event: 'error' | 'close', listener: (error?: Error) => void): unknown;
  /** With `false` what is queued is dropped; flushing blocks the thread. */
  close(flush: boolean): void;
  readonly writableLength: number;
}

type SpeakerModule = {
  readonly default: new (options: {
    channels: number;
    bitDepth: number;
    sampleRate: number;
    highWaterMark: number;
  }) => SpeakerStream;
};

const BYTES_PER_MS = (SAMPLE_RATE_HZ * CHANNELS * 2) / 1000;

/** A stream that holds this much has hung: after an error the module never calls back. 1.5 s. */
const MOST_UNSENT_BYTES = 1500 * BYTES_PER_MS;

/** Not a literal, so that the compiler does not ask for a module that may not be installed. */
const MODULE_NAME: string = 'speaker';

export const openSpeakerSink: OpenSink = async (onFailure) => {
  const { default: Speaker } = (await import(MODULE_NAME)) as SpeakerModule;
  const stream = new Speaker({
    channels: CHANNELS,
    bitDepth: 16,
    sampleRate: SAMPLE_RATE_HZ,
    highWaterMark: MOST_UNSENT_BYTES,
  });
  let isOpen = true;

  function fail(reason: string): void {
    if (!isOpen) return;
    isOpen = false;
    onFailure(`The sound card failed (${reason}). Check that the speaker is plugged in.`.slice(0, 200));
  }
  stream.on('error', (error) => fail(error?.message ?? 'no reason given'));
  stream.on('close', () => fail('it was closed'));

  return {
    name: 'speaker',
    // It hides underruns: the binding starts the card again without a word. Its 0.5 s buffer starts to play with the first write, so only what the pump has queued is in it.
    slackMs: 0,
    hasOwnClock: true,
    get backlogMs() {
      return isOpen ? stream.writableLength / BYTES_PER_MS : 0;
    },
    write(block) {
      if (!isOpen) return;
      if (stream.writableLength > MOST_UNSENT_BYTES) return fail('it takes no more sound');
      stream.write(Buffer.from(bytesOf(block)));
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      stream.close(false);
    },
  } satisfies Sink;
};
