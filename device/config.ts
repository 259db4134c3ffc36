/**
 * The device file: what a caregiver or a study may set. Parsed once, frozen, all faults told at once.
 * Without a file the box runs on these defaults with on-screen buttons.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EMOTIONS } from '../models/emotions.ts';
import { DEFAULT_PRESS_RULES, DEFAULT_TOGETHER_MS, type PressFilterSettings } from './core/press-filter.ts';
import { faultsOfWiring, type WiringFault } from './core/wiring-faults.ts';
import { DEFAULT_PANEL_BUTTONS, PANEL_COLOURS } from './panel/panel-protocol.ts';

const holdToStopMs = z.int().min(500).max(10_000);

/** When a touch is a press, ms; what each means is in `core/press-filter.ts`. */
const pressRules = {
  acceptMs: z.int().min(0).max(2000),
  releaseMs: z.int().min(5).max(500),
  lockOutMs: z.int().min(0).max(10_000),
  stuckAfterMs: z.int().min(15_000, 'longer than any press and any hold').max(600_000),
};

const buttonSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'use lower-case letters, digits and dashes'),
  label: z.string().min(1).max(40),
  emotion: z.enum(EMOTIONS),
  colour: z.enum(PANEL_COLOURS),
  /** This button's own, in place of the box's. */
  holdToStopMs: holdToStopMs.optional(),
  pressFilter: z.strictObject(pressRules).partial().optional(),
});

/** BCM number of a pin of the header. */
const pin = z.int().min(0).max(27);

const usbDevice = z
  .string()
  .regex(
    /^[0-9a-f]{4}:[0-9a-f]{4}$/,
    'four hex digits, a colon and four more, as lsusb shows them (0079:0006)',
  );

/** Buttons that a USB device carries; `amecs buttons learn` writes these. */
const hidSchema = z.strictObject({
  device: usbDevice,
  contacts: z
    .array(
      z
        .strictObject({
          button: z.string(),
          byte: z.int().min(0).max(1023),
          mask: z.int().min(1).max(255),
          value: z.int().min(0).max(255),
        })
        .refine(
          ({ mask, value }) => (value & ~mask) === 0,
          'value has bits that mask leaves out: it can never be seen',
        ),
    )
    .min(1),
});

const keyboardSchema = z.strictObject({
  device: usbDevice,
  /** Keep its presses from the console and everybody else. */
  grab: z.boolean().default(true),
  /** Key codes of the kernel (linux/input-event-codes.h). */
  keys: z.array(z.strictObject({ button: z.string(), code: z.int().min(1).max(767) })).min(1),
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
  gpioPins: z.record(z.string(), pin).optional(),
  /** Arcade encoders and gamepads. */
  hid: z.array(hidSchema).optional(),
  /** Keyboards, and switch boxes that imitate one. */
  keyboards: z.array(keyboardSchema).optional(),
  /** The lamp of each button: a BCM pin number, or a channel of the kernel's PWM, which can dim. */
  lampPins: z
    .record(
      z.string(),
      z.union([pin, z.strictObject({ pwmChip: z.int().min(0).max(15), pwmChannel: z.int().min(0).max(15) })]),
    )
    .optional(),
  /** When a touch of a button is a press. */
  pressFilter: z
    .strictObject({
      acceptMs: pressRules.acceptMs.default(DEFAULT_PRESS_RULES.acceptMs),
      releaseMs: pressRules.releaseMs.default(DEFAULT_PRESS_RULES.releaseMs),
      lockOutMs: pressRules.lockOutMs.default(DEFAULT_PRESS_RULES.lockOutMs),
      stuckAfterMs: pressRules.stuckAfterMs.default(DEFAULT_PRESS_RULES.stuckAfterMs),
      togetherMs: z.int().min(0).max(1000).default(DEFAULT_TOGETHER_MS),
    })
    .prefault({}),
  /** Folder with songs; without one the starter songs are played. */
  musicFolder: z.string().min(1).optional(),
  /** Which outputs may be used; `auto` takes the best there is. */
  sound: z
    .union([z.enum(['auto', 'speaker', 'aplay', 'silent']), z.strictObject({ wav: z.string().min(1) })])
    .default('auto'),
  /** 0: a request is always answered predictably; 1: always a surprise. */
  novelty: z.number().min(0).max(1).default(0),
  /** Holding a button this long stops the music, ms. */
  holdToStopMs: holdToStopMs.default(1500),
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

/** What of the wiring can be understood, whatever else is wrong with the file. */
function wiringFaults(unknown: unknown): readonly WiringFault[] {
  if (typeof unknown !== 'object' || unknown === null) return [];
  const { buttons, gpioPins, hid, keyboards, lampPins } = configSchema.shape;
  const part = <T>(schema: z.ZodType<T>, key: string): T | undefined =>
    schema.safeParse((unknown as Record<string, unknown>)[key]).data;
  return faultsOfWiring({
    buttons: part(buttons, 'buttons')?.map(({ id }) => id),
    gpioPins: part(gpioPins, 'gpioPins'),
    hid: part(hid, 'hid'),
    keyboards: part(keyboards, 'keyboards'),
    lampPins: part(lampPins, 'lampPins'),
  });
}

/** Each fault is one line: where, and what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The filter's rules for each button: the box's, and over them its own. */
export function pressFilterOf(config: Pick<DeviceConfig, 'buttons' | 'pressFilter'>): PressFilterSettings {
  const { togetherMs, ...shared } = config.pressFilter;
  const buttons = config.buttons.map(({ id, pressFilter = {} }) => {
    const own = Object.entries(pressFilter).filter(([, ms]) => ms !== undefined);
    return [id, { ...shared, ...Object.fromEntries(own) }] as const;
  });
  return { togetherMs, buttons: Object.fromEntries(buttons) };
}

/** Parses unknown data; `source` names it in errors. Throws ConfigError with every fault. */
export function parseDeviceConfig(unknown: unknown, source: string): DeviceConfig {
  const parsed = configSchema.safeParse(unknown);
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => {
      const where = path.length === 0 ? 'the whole file' : path.join('.');
      return `  ${where}: ${message}`;
    }),
    ...wiringFaults(unknown).map(({ where, message }) => `  ${where}: ${message}`),
  ];
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
