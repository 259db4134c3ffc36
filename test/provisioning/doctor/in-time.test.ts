/** Whatever hangs, the doctor is done in time and says what did not answer. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NO_ANSWERS, runChecks } from '../../../provisioning/doctor/all-checks.ts';
import { examine } from '../../../provisioning/doctor/examine.ts';
import type { Finding } from '../../../provisioning/doctor/finding.ts';
import { outputOf, runTool } from '../../../provisioning/doctor/run-tool.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { DATA, deviceFile, madeUp, PI_3 } from './made-up-machine.ts';

/** Longer than any test may take, ms. */
const FOR_EVER_MS = 600_000;

describe('a tool', () => {
  test('that ends tells what it printed', async () => {
    expect(outputOf(await runTool('sh', ['-c', 'echo one'], FOR_EVER_MS))).toBe('one\n');
  });

  test('that is not there, or fails, prints nothing', async () => {
    expect(await runTool('no-such-tool', [], FOR_EVER_MS)).toEqual({ kind: 'missing' });
    expect(outputOf(await runTool('sh', ['-c', 'echo one; exit 3'], FOR_EVER_MS))).toBeUndefined();
  });

  test('that does not end is given up', async () => {
    expect(await runTool('sleep', ['600'], 20)).toEqual({ kind: 'tooSlow' });
    expect(await runTool('sleep', ['600'], FOR_EVER_MS, AbortSignal.timeout(20))).toEqual({
      kind: 'tooSlow',
    });
    expect(await runTool('sleep', ['600'], FOR_EVER_MS, AbortSignal.abort())).toEqual({ kind: 'tooSlow' });
  });
});

describe('a check', () => {
  test('that hangs or fails is a finding, and the others are as ever', async () => {
    const machine = {
      ...madeUp(PI_3),
      askServer: () => new Promise<never>(() => {}),
      songCount: () => Promise.reject(new Error('stale handle')),
    };
    const config = deviceFile({ server: { url: 'https://centre.example' } });
    const found = new Map<string, Finding>();
    await runChecks({ machine, config, data: DATA }, 200, (finding) => found.set(finding.check, finding));
    expect(found.size).toBe(NO_ANSWERS.length);
    expect(found.get('server')).toMatchObject({ verdict: 'look', found: 'no answer in time' });
    expect(found.get('music')?.found).toContain('stale handle');
    expect(found.get('database')?.verdict).toBe('notHere');
  });
});

describe('an examination', () => {
  const FINDING: Finding = { ...NO_ANSWERS[2]!, verdict: 'good', found: 'plenty' };

  const examined = (script: string, signal: AbortSignal, folder = temporaryFolder()) => {
    const path = join(folder, 'examination.mjs');
    writeFileSync(path, script);
    return examine({ config: undefined, data: DATA, signal, entry: pathToFileURL(path) });
  };
  const NEVER = new AbortController().signal;

  test('that hangs gives what was found until then; the rest is told as unanswered', async () => {
    const stop = new AbortController();
    const folder = temporaryFolder();
    const printed = JSON.stringify(`a native module prints this\n${JSON.stringify(FINDING)}\n`);
    const findings = examined(
      `import { writeFileSync } from 'node:fs';
       process.stdout.write(${printed}, () => writeFileSync(new URL('said', import.meta.url), ''));
       setInterval(() => {}, 1000);`,
      stop.signal,
      folder,
    );
    await until('the first finding', () => existsSync(join(folder, 'said')) || undefined);
    // It lies in the pipe: one turn of the loop reads it.
    await setImmediate();
    stop.abort();
    expect(await findings).toEqual(NO_ANSWERS.with(2, FINDING));
  });

  test('that dies at once is told as unanswered', async () => {
    expect(await examined('process.abort();', NEVER)).toEqual(NO_ANSWERS);
  });

  test('that takes too long is given up', async () => {
    const slow = { config: undefined, data: DATA, signal: NEVER, withinMs: 20 };
    expect(await examine(slow)).toEqual(NO_ANSWERS);
  });
});
