import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** What `aplay -v` says once its card is set up. */
export const READY = 'echo "  start_threshold  : 1535" >&2';

/** A program in the place of aplay, with a card that is ready unless `script` says so itself; `$OUT` is a file of its own. */
export function aplayStandIn(script: string, says = READY): { readonly path: string; readonly out: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'aplay');
  const out = join(folder, 'out');
  writeFileSync(path, `#!/bin/sh\nOUT='${out}'\n${says}\n${script}\n`);
  chmodSync(path, 0o755);
  return { path, out };
}
