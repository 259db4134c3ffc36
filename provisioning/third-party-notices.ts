/**
 * Writes docs/THIRD-PARTY-NOTICES.md from the lock file: every package a box or server runs, its licence, and the
 * licence texts, each once. `npm run notices`; a test fails when the page is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

interface Notice {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Absent for optional natives: they are built on the machine and bring their own. */
  readonly text: string | undefined;
}

const INTRODUCTION = `# Third-party notices

AMECS itself is MIT (see LICENSE). A running box or server also uses the packages below, each under its own licence.
This page is made by \`npm run notices\` from package-lock.json.

**For whoever ships a box:** most of these licences ask only that their notice stays with the copy. Some ask more:

- \`@audio/decode-aac\` (FAAD2), \`@audio/decode-ac3\` and \`@audio/decode-dts\` are GPL-2.0. A disk image or
  package that contains them must be offered, as a whole, under terms the GPL allows (MIT is one of them) together with
  the complete source. Without them AMECS plays everything but AAC, M4A, AC-3 and DTS files.
- \`codec-parser\`, \`@audio/decode-eac3\` and \`@audio/decode-wma\` are LGPL, and \`mpg123-decoder\` contains the
  LGPL-2.1 library mpg123: their source must be available and they must stay replaceable, as they are in node_modules.
`;

/** The page as Markdown; reads `package-lock.json` and `node_modules` below `root`. */
export function thirdPartyNotices(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const notices = Object.entries(lock.packages)
    .filter(([path, locked]) => path !== '' && !locked.dev)
    .map(([path, locked]) => noticeOf(root, path, locked))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));

  const rows = notices.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  const byText = new Map<string, string[]>();
  for (const { name, version, text } of notices) {
    if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const texts = [...byText].map(([text, names]) => `### ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\``);
  return [
    INTRODUCTION,
    '| package | version | licence |\n| --- | --- | --- |',
    `${rows.join('\n')}\n`,
    '## Licence texts\n',
    `${texts.join('\n\n')}\n`,
  ].join('\n');
}

function noticeOf(root: string, path: string, locked: LockedPackage): Notice {
  const name = path.replace(/^.*node_modules\//, '');
  const text = locked.optional ? undefined : licenceText(join(root, path));
  return { name, version: locked.version ?? '', licence: locked.license ?? 'see its text', text };
}

function licenceText(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const file = readdirSync(folder)
    .sort()
    .find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file === undefined) return undefined;
  return readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').replaceAll('```', "'''").trim();
}

/** Only when run as a program, not when imported by its test. */
if (process.argv[1] === import.meta.filename) {
  const root = process.cwd();
  writeFileSync(join(root, 'docs', 'THIRD-PARTY-NOTICES.md'), thirdPartyNotices(root));
}
