/**
 * The device file: what a caregiver or a study may set. Parsed once, frozen, all faults told at once.
 * Without a file the box runs on these defaults with on-screen buttons.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EMOTIONS } from '../models/emotions.ts';
import { DEFAULT_PANEL_BUTTONS, PANEL_COLOURS } from './panel/panel-protocol.ts';

const buttonSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'use lower-case letters, digits and dashes'),
  label: z.string().min(1).max(40),
  emotion: z.enum(EMOTIONS),
  colour: z.enum(PANEL_COLOURS),
});

const DEFAULT_BUTTONS = DEFAULT_PANEL_BUTTONS.map(({ key: _, ...button }) => button);

const port = z.int().min(0).max(65535);

const configSchema = z.strictObject({
  buttons: z
    .array(buttonSchema)
    .min(2, 'a box has 2 to 6 buttons')
    .max(6, 'a box has 2 to 6 buttons')
    .refine(
      (buttons) => new Set(buttons.map(({ id }) => id)).size === buttons.length,
      'two buttons share an id',
    )
    .default(() => DEFAULT_BUTTONS),
  /** BCM pin number of each button on a Raspberry Pi's header, by button id; the page's buttons stay. */
  gpioPins: z.record(z.string(), z.int().min(0).max(27)).optional(),
  /** Folder with songs; without one the starter songs are played. */
  musicFolder: z.string().min(1).optional(),
  /** Which outputs may be used; `auto` takes the best there is. */
  sound: z
    .union([z.enum(['auto', 'speaker', 'aplay', 'silent']), z.strictObject({ wav: z.string().min(1) })])
    .default('auto'),
  /** 0: a request is always answered predictably; 1: always a surprise. */
  novelty: z.number().min(0).max(1).default(0),
  /** Holding a button this long stops the music, ms. */
  holdToStopMs: z.int().min(500).max(10_000).default(1500),
  fadeInMs: z.int().min(20).max(5000).default(150),
  /** A stop must be heard within 400 ms, so the fade is shorter. */
  fadeOutMs: z.int().min(20).max(380).default(300),
  panel: z
    .strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(4280) })
    .prefault({}),
  /** The centre to sync with; without one the journal stays on the box. */
  server: z.strictObject({ url: z.url(), enrolmentCode: z.string().min(1).optional() }).optional(),
});

export type DeviceConfig = Readonly<z.output<typeof configSchema>>;

/** Each fault is one line: where, and what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A pin for a button that does not exist would be a press that is never heard. */
function faultsOfPins(config: z.output<typeof configSchema>): string[] {
  const ids = config.buttons.map(({ id }) => id);
  return Object.keys(config.gpioPins ?? {})
    .filter((id) => !ids.includes(id))
    .map((id) => `  gpioPins.${id}: there is no button with this id (there are ${ids.join(', ')})`);
}

/** Parses unknown data; `source` names it in errors. Throws ConfigError with every fault. */
export function parseDeviceConfig(unknown: unknown, source: string): DeviceConfig {
  const parsed = configSchema.safeParse(unknown);
  const faults = parsed.success
    ? faultsOfPins(parsed.data)
    : parsed.error.issues.map(({ path, message }) => {
        const where = path.length === 0 ? 'the whole file' : path.join('.');
        return `  ${where}: ${message}`;
      });
  if (parsed.success && faults.length === 0) return Object.freeze(parsed.data);
  throw new ConfigError(
    `The device file ${source} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.join('\n')}\n` +
      'docs/device-file.md has an example with every setting.',
  );
}

/** Reads a device file (JSON). Throws ConfigError when it cannot be read or understood. */
export function readDeviceConfig(path: string): DeviceConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `The device file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}). ` +
        'Check the path given with --config, or leave it out to use the defaults.',
    );
  }
  let unknown: unknown;
  try {
    unknown = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(
      `The device file ${path} is not valid JSON: ${(error as Error).message}. ` +
        'docs/device-file.md has an example with every setting.',
    );
  }
  return parseDeviceConfig(unknown, path);
}
