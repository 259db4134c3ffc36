/** A process of its own that hears one file over and over in one extraction worker, and tells how much memory that took. */
import { memoryUsage, resourceUsage } from 'node:process';
import { createExtractionPool } from '../../device/music/extraction-pool.ts';

const [path, times] = process.argv.slice(2);

// What a bare Node process with the pool's code takes; the worker's own code is part of what it costs.
const before = memoryUsage.rss();
const pool = createExtractionPool({ workerCount: 1 });
for (let i = 0; i < Number(times); i++) {
  const answer = await pool.hear(path!);
  if (answer.kind === 'refused') throw new Error(`hear ${path}: ${answer.reason}`);
}
await pool.close();
// maxRSS is in KiB.
const grownBytes = resourceUsage().maxRSS * 1024 - before;
process.send!({ grownMb: grownBytes / 2 ** 20 });
process.disconnect();
