/**
 * The aplay sink: on stand-ins for the program, and on the real one with ALSA's own card-less outputs where alsa-utils is
 * installed (`type null`, `type file`, and `type share` for a card with a rate of its own).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CHANNELS } from '../../../../device/audio/audio-format.ts';
import { openAplaySink } from '../../../../device/audio/sinks/aplay.ts';
import { bytesOf, type Sink } from '../../../../device/audio/sinks/sink.ts';
import { findSoundEquipment } from '../../../../device/audio/sinks/sound-equipment.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { aplayStandIn, READY } from './aplay-stand-in.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };

const block = Int16Array.from({ length: 512 * CHANNELS }, (_, i) => i - 512);
const BLOCK_MS = 512 / 44.1;

interface Opened {
  readonly sink: Sink;
  readonly failures: string[];
  readonly underruns: () => number;
}

let opened: Sink[] = [];
afterEach(async () => {
  await Promise.all(opened.map((sink) => sink.close()));
  opened = [];
});

async function open(program?: string, settleMs = 60_000): Promise<Opened> {
  const failures: string[] = [];
  let underruns = 0;
  const options = program === undefined ? {} : { program };
  const sink = await openAplaySink({ ...options, settleMs, card: 'Headphones' })(
    (reason) => failures.push(reason),
    () => {
      underruns += 1;
    },
  );
  opened.push(sink);
  return { sink, failures, underruns: () => underruns };
}

describe('the aplay sink', () => {
  test('pipes what it is given, byte for byte, even if the block is used again at once', async () => {
    const { path, out } = aplayStandIn('exec cat > "$OUT"');
    const { sink } = await open(path);
    const given = block.slice();
    sink.write(given);
    given.fill(0);
    await vi.waitFor(() => expect(statSync(out).size).toBe(block.byteLength), PATIENCE);
    expect(readFileSync(out)).toEqual(bytesOf(block));
  });

  test('asks for plain English and a shallow card, of which three periods of four are queued when it begins', async () => {
    const { path, out } = aplayStandIn('echo "$LC_ALL $*" > "$OUT"; exec cat > /dev/null');
    const { sink } = await open(path);
    await vi.waitFor(() => expect(readFileSync(out, 'utf8')).toMatch(/\n$/), PATIENCE);
    expect(readFileSync(out, 'utf8')).toBe(
      'C -v -t raw -f S16_LE -r 44100 -c 2 --period-size=512 --buffer-size=2048 --start-delay=34829 -\n',
    );
    expect(sink.slackMs).toBeCloseTo(1535 / 44.1 - 32, 3);
  });

  test('takes from what aplay says how much the card has queued, and does without where it says nothing', async () => {
    const deeper = 'echo "  start_threshold  : 1881" >&2';
    const told = await open(aplayStandIn('exec cat > /dev/null', deeper).path);
    expect(told.sink.slackMs).toBeCloseTo(1881 / 44.1 - 32, 3);
    const untold = await open(aplayStandIn('exec cat > /dev/null', '').path, 200);
    expect(untold.sink.slackMs).toBeCloseTo(1536 / 44.1 - 32, 3);
  });

  test.each([
    ['missing', 'No such file or directory', /not there.*\(Headphones\)/],
    ['busy', 'Device or resource busy', /^Another program holds the sound card \(Headphones\)/],
    ['of another format', 'Sample format non available', /does not take 16-bit stereo/],
  ])('does not open a card that is %s, and says so by name', async (_, complaint, sentence) => {
    const { path } = aplayStandIn(`echo "aplay: main:831: ${complaint}" >&2; exit 1`, '');
    await expect(open(path)).rejects.toThrow(sentence);
  });

  test('does not open a card at a rate of its own, at which aplay itself would play on', async () => {
    const warning = 'Warning: rate is not accurate (requested = 44100Hz, got = 48000Hz)';
    const { path } = aplayStandIn(`echo '${warning}' >&2; ${READY}; exec cat > /dev/null`, '');
    await expect(open(path)).rejects.toThrow(/\(Headphones\) runs at 48,000 Hz only/);
  });

  test('does not open where the program is missing', async () => {
    await expect(open(join(temporaryFolder(), 'nothing'))).rejects.toThrow(/Install alsa-utils/);
  });

  test('tells a card that goes away while playing, once, by name and with a hint', async () => {
    const { path } = aplayStandIn(
      'head -c 4096 > "$OUT"; echo "aplay: pcm_write:2178: write error: No such device" >&2; exit 1',
    );
    const { sink, failures } = await open(path);
    for (let write = 0; write < 5; write++) sink.write(block);
    await vi.waitFor(() => expect(failures).toHaveLength(1), PATIENCE);
    sink.write(block);
    expect(failures).toEqual([expect.stringMatching(/plug of the sound card \(Headphones\) has come out/)]);
  });

  test('tells of its end even if a child of its own keeps its stderr open', async () => {
    const { path } = aplayStandIn('sleep 20 & exit 1');
    const { failures } = await open(path);
    await vi.waitFor(() => expect(failures).toEqual([expect.stringMatching(/started again/)]), PATIENCE);
  });

  test('tells each time the card ran dry, and plays on', async () => {
    const line = 'echo "underrun!!! (at least 3.2 ms long)" >&2';
    const { path, out } = aplayStandIn(`${line}; ${line}; exec cat > "$OUT"`);
    const { sink, failures, underruns } = await open(path);
    sink.write(block);
    await vi.waitFor(() => expect(statSync(out).size).toBe(block.byteLength), PATIENCE);
    await vi.waitFor(() => expect(underruns()).toBe(2), PATIENCE);
    expect(failures).toEqual([]);
  });

  test('tells a card that takes no more sound instead of keeping it all', async () => {
    const { sink, failures } = await open(aplayStandIn('exec sleep 60').path);
    let writes = 0;
    for (; writes < 2000 && failures.length === 0; writes++) sink.write(block);
    expect(failures).toEqual([expect.stringMatching(/takes no more sound/)]);
    // Half a second of our own, and what the kernel keeps on the way to a child: 0.55 s on Linux.
    expect(writes * BLOCK_MS).toBeLessThan(1500);
  });

  test.skipIf(!existsSync('/proc/self/io'))('knows what has gathered on the way', async () => {
    const stuck = await open(aplayStandIn('exec sleep 60').path);
    for (let write = 0; write < 30; write++) stuck.sink.write(block);
    // The stand-in itself may still be reading its libraries, some kilobytes.
    expect(stuck.sink.backlogMs).toBeGreaterThan(20 * BLOCK_MS);
    expect(stuck.sink.backlogMs).toBeLessThanOrEqual(30 * BLOCK_MS);
    const flowing = await open(aplayStandIn('exec cat > /dev/null').path);
    for (let write = 0; write < 10; write++) flowing.sink.write(block);
    await vi.waitFor(() => expect(flowing.sink.backlogMs).toBe(0), PATIENCE);
  });
});

/** alsa-utils and its library's configuration. */
const hasAlsa =
  findSoundEquipment().hasAplay && spawnSync('aplay', ['--version'], { stdio: 'ignore' }).status === 0;

describe.skipIf(!hasAlsa)('the real aplay on outputs without a card (alsa-utils is not installed)', () => {
  afterEach(() => void vi.unstubAllEnvs());

  function alsa(configuration: string): void {
    const path = join(temporaryFolder(), 'asound.conf');
    writeFileSync(path, configuration);
    vi.stubEnv('ALSA_CONFIG_PATH', path);
  }

  test('plays every sample as it was given', async () => {
    const out = join(temporaryFolder(), 'played.raw');
    alsa(`pcm.!default { type file file "${out}" format raw slave.pcm { type null } }`);
    const { sink, failures } = await open();
    // `type file` keeps up to half a buffer to itself.
    for (let write = 0; write < 16; write++) sink.write(block);
    await vi.waitFor(() => expect(statSync(out).size).toBeGreaterThanOrEqual(8 * block.byteLength), PATIENCE);
    const played = readFileSync(out);
    for (let write = 0; write < 8; write++) {
      expect(played.subarray(write * block.byteLength, (write + 1) * block.byteLength)).toEqual(
        bytesOf(block),
      );
    }
    expect(failures).toEqual([]);
    expect(sink.slackMs).toBeCloseTo(1535 / 44.1 - 32, 3);
    expect(sink.backlogMs).toBe(0);
  });

  test('a card that is not there is told by name', async () => {
    alsa('pcm.!default { type hw card 31 }');
    await expect(open()).rejects.toThrow(/leads to a card that is not there/);
  });

  test('a card at a rate of its own is told by name', async () => {
    alsa(`pcm.card { type null }
      pcm.!default { type share slave { pcm card rate 48000 channels 2 } bindings.0 0 bindings.1 1 }`);
    await expect(open()).rejects.toThrow(/runs at 48,000 Hz only: .* wrong speed/);
  });

  test('a card of another format is told by name', async () => {
    alsa(`pcm.card { type null }
      pcm.!default { type share slave { pcm card format S32_LE channels 2 } bindings.0 0 bindings.1 1 }`);
    await expect(open()).rejects.toThrow(/does not take 16-bit stereo/);
  });
});
