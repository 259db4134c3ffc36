/** The layers, guarded: who may import whom, read from the import lines themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const SOURCE_FOLDERS = ['device', 'sync-server', 'models', 'provisioning'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => ({
    from: file,
    to: specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier,
  }));
}

const files = SOURCE_FOLDERS.flatMap(sourceFiles);
const imports = files.flatMap(importsOf);
const isPackage = (to: string): boolean => !SOURCE_FOLDERS.some((folder) => to.startsWith(`${folder}/`));
const isBelow =
  (...folders: string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** A process or thread of its own puts its own parts together. */
const isEntryOfItsOwn = (path: string): boolean => /-(process|worker)\.ts$/.test(path);

/** Files that start programs: the only ones that may know both the box and the centre. */
const COMPOSITION_ROOTS = isBelow('provisioning/cli');

describe('layers', () => {
  test('there is something to guard', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  test('the centre and the models never import the box', () => {
    expect(
      imports.filter(
        ({ from, to }) => isBelow('sync-server', 'models')(from) && isBelow('device', 'provisioning')(to),
      ),
    ).toEqual([]);
  });

  test('the models import nothing of the centre', () => {
    expect(imports.filter(({ from, to }) => isBelow('models')(from) && isBelow('sync-server')(to))).toEqual(
      [],
    );
  });

  test('the box knows the centre only by its protocol', () => {
    expect(
      imports.filter(
        ({ from, to }) =>
          isBelow('device', 'provisioning')(from) &&
          !COMPOSITION_ROOTS(from) &&
          isBelow('sync-server')(to) &&
          !isBelow('sync-server/protocol')(to),
      ),
    ).toEqual([]);
  });

  test.each(['device/core', 'models/child', 'models/features'])('%s is pure', (folder) => {
    const allowed = isBelow('device/core', 'models', 'sync-server/protocol');
    const isAllowedPackage = (to: string): boolean => folder === 'models/features' && to === 'meyda';
    expect(
      imports.filter(
        ({ from, to }) => isBelow(folder)(from) && (isPackage(to) ? !isAllowedPackage(to) : !allowed(to)),
      ),
    ).toEqual([]);
    for (const file of files.filter(isBelow(folder))) {
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /Math\.random|Date\.now|new Date\(\)|performance\.now|process\.|setTimeout|setInterval|console\./,
      );
    }
  });

  test('no adapter of the box imports another adapter', () => {
    // Edges of one kind live in one folder; between folders they meet only in core, config and main.
    const edges = ['hardware', 'audio', 'storage', 'sync', 'panel', 'learning'].map(
      (edge) => `device/${edge}`,
    );
    const edgeOf = (path: string): string | undefined => edges.find((edge) => path.startsWith(`${edge}/`));
    expect(
      imports.filter(({ from, to }) => {
        const [a, b] = [edgeOf(from), edgeOf(to)];
        return a !== undefined && b !== undefined && a !== b && !isEntryOfItsOwn(from);
      }),
    ).toEqual([]);
  });

  test('no process but the audio process loads a native sound module: where there is no card it would abort', () => {
    const loadsSound = 'device/audio/sinks/speaker.ts';
    for (const start of ['device/main.ts', 'provisioning/cli/amecs.ts']) {
      const reached = new Set([start]);
      // A set grows while it is walked.
      for (const file of reached) {
        for (const { to } of importsOf(file)) if (!isPackage(to)) reached.add(to);
      }
      expect(reached.size).toBeGreaterThan(100);
      expect(reached).toContain('device/audio/audio-supervisor.ts');
      expect(reached).not.toContain(loadsSound);
    }
    const naming = files.filter((file) => /['"]speaker['"]/.test(readFileSync(file, 'utf8')));
    const loading = naming.filter((file) =>
      /(from|import\(|require\()\s*['"]speaker['"]|import\(MODULE_NAME\)/.test(readFileSync(file, 'utf8')),
    );
    expect(loading).toEqual([loadsSound]);
  });

  test('only the command line starts programs', () => {
    const mains = imports.filter(({ to }) => /(^|\/)main\.ts$/.test(to));
    expect(mains.filter(({ from }) => !COMPOSITION_ROOTS(from))).toEqual([]);
  });
});

test('no source file is over 300 lines', () => {
  const long = files
    .map((file) => [file, readFileSync(file, 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 301);
  expect(long).toEqual([]);
});
