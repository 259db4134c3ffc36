/** `npm run bench -- NAME [--json] [its options]`: runs one benchmark, prints its table, and with --json one object at the end. */
import type { Benchmark, BenchResult } from './benchmark.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  fleet: async () => (await import('./fleet-bench.ts')).fleetBench,
  features: async () => (await import('./features-bench.ts')).featuresBench,
  learning: async () => (await import('./learning-bench.ts')).learningBench,
  press: async () => (await import('./press-bench.ts')).pressBench,
  recovery: async () => (await import('./recovery-bench.ts')).recoveryBench,
};

const { stdout, stderr } = process;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...options] = argv.filter((argument) => argument !== '--json');
  const load = name === undefined ? undefined : BENCHMARKS[name];
  if (name === undefined || load === undefined) {
    const known = Object.keys(BENCHMARKS).join(', ');
    stderr.write(
      `${name === undefined ? 'Name a benchmark' : `There is no benchmark "${name}"`}: ${known}.\n`,
    );
    return 2;
  }
  const benchmark = await load();
  const result = await benchmark((line) => {
    if (stderr.isTTY) stderr.write(`\r\x1b[2K${line}`);
  }, options);
  if (stderr.isTTY) stderr.write('\r\x1b[2K');
  printTable(result);
  if (argv.includes('--json')) {
    stdout.write(`${JSON.stringify({ name: result.name, figures: result.figures })}\n`);
  }
  return 0;
}

function printTable({ name, rows }: BenchResult): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  stdout.write(`${name}\n`);
  for (const { what, value } of rows) stdout.write(`  ${what.padEnd(width)}  ${value}\n`);
}

process.exitCode = await main(process.argv.slice(2));
