import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHANNELS, SAMPLE_RATE_HZ } from '../../../../device/audio/audio-format.ts';
import { bytesOf } from '../../../../device/audio/sinks/sink.ts';
import { openWavSink } from '../../../../device/audio/sinks/wav.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const HEADER_BYTES = 44;
const ignore = (): void => {};
const flat = (level: number, frames: number): Int16Array => new Int16Array(frames * CHANNELS).fill(level);

function stated(file: Buffer): { riffBytes: number; dataBytes: number } {
  return { riffBytes: file.readUInt32LE(4), dataBytes: file.readUInt32LE(40) };
}

describe('the WAV sink', () => {
  test('writes a file whose header states what is in it', async () => {
    const path = join(temporaryFolder(), 'played.wav');
    const sink = await openWavSink(path)(ignore, ignore);
    sink.write(flat(1, 300));
    sink.write(flat(2, 300));
    await sink.close();
    const file = readFileSync(path);
    expect(file.toString('latin1', 0, 16)).toBe('RIFF\x84\x09\0\0WAVEfmt ');
    expect(stated(file)).toEqual({ riffBytes: file.length - 8, dataBytes: 2400 });
    expect(file.readUInt32LE(24)).toBe(SAMPLE_RATE_HZ);
    expect(file.subarray(HEADER_BYTES)).toEqual(
      Buffer.concat([bytesOf(flat(1, 300)), bytesOf(flat(2, 300))]),
    );
  });

  test('is valid while it is written, but for the last second', async () => {
    const path = join(temporaryFolder(), 'played.wav');
    const sink = await openWavSink(path)(ignore, ignore);
    for (let tenth = 0; tenth < 25; tenth++) sink.write(flat(3, SAMPLE_RATE_HZ / 10));
    expect(stated(readFileSync(path)).dataBytes).toBe(2 * SAMPLE_RATE_HZ * 4);
    await sink.close();
  });

  test('goes on after what a killed process captured, part of a frame dropped', async () => {
    const path = join(temporaryFolder(), 'played.wav');
    const killed = await openWavSink(path)(ignore, ignore);
    killed.write(flat(1, 100));
    appendFileSync(path, Buffer.from([9, 9, 9]));
    const next = await openWavSink(path)(ignore, ignore);
    next.write(flat(2, 100));
    await next.close();
    const file = readFileSync(path);
    expect(stated(file).dataBytes).toBe(800);
    expect(file.subarray(HEADER_BYTES)).toEqual(
      Buffer.concat([bytesOf(flat(1, 100)), bytesOf(flat(2, 100))]),
    );
  });

  test('never writes over a file that is something else', async () => {
    const path = join(temporaryFolder(), 'diary.txt');
    writeFileSync(path, 'Dear diary, today I learnt what a RIFF chunk is.');
    await expect(openWavSink(path)(ignore, ignore)).rejects.toThrow(/it holds something else/);
    expect(readFileSync(path, 'utf8')).toMatch(/^Dear diary/);
  });

  test('does not open in a folder that is not there', async () => {
    await expect(openWavSink(join(temporaryFolder(), 'no', 'played.wav'))(ignore, ignore)).rejects.toThrow(
      /cannot be opened \(ENOENT\); check the folder/,
    );
  });
});
